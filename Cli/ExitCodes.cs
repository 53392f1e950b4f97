namespace Cli;

/// <summary>What the process ends with.</summary>
public static class ExitCodes
{
    /// <summary>It did what was asked; a run has completed.</summary>
    public const int Completed = 0;

    /// <summary>The run failed or was cancelled, or the server could not be reached.</summary>
    public const int Failed = 1;

    /// <summary>Bad usage or bad input; nothing was started.</summary>
    public const int BadUsage = 2;
}
