using System.Runtime.Versioning;

namespace Aspire.Hosting.Local;

/// <summary>
/// Which app host has which port. Between the moment in which a port is let go of and the moment in which its program
/// listens, the port looks free: another app host that starts meanwhile must not take it. A claim is a lock on one byte
/// of a file that all app hosts of a user share; it ends with the process, however that ends.
/// </summary>
internal static class PortClaims
{
    private static readonly Lock s_gate = new();
    private static readonly HashSet<int> s_ours = [];
    private static readonly Lazy<FileStream?> s_file = new(Open);

    /// <summary>Claims a port.</summary>
    /// <param name="port">The port.</param>
    /// <returns>False: an app host has it, this one or another.</returns>
    public static bool TryTake(int port)
    {
        lock (s_gate)
        {
            if (!s_ours.Add(port))
                return false;
            if (TryLock(port))
                return true;
            s_ours.Remove(port);
            return false;
        }
    }

    /// <summary>Gives a port up.</summary>
    /// <param name="port">The port.</param>
    public static void Release(int port)
    {
        lock (s_gate)
        {
            if (s_ours.Remove(port) && s_file.Value is { } file && HasLocks())
                file.Unlock(port, 1);
        }
    }

    private static bool TryLock(int port)
    {
        if (s_file.Value is not { } file || !HasLocks())
            return true;
        try
        {
            file.Lock(port, 1);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    [SupportedOSPlatformGuard("linux")]
    [SupportedOSPlatformGuard("windows")]
    private static bool HasLocks() => OperatingSystem.IsLinux() || OperatingSystem.IsWindows();

    // Without the file, ports are claimed within this process only.
    private static FileStream? Open()
    {
        try
        {
            var path = Path.Combine(Path.GetTempPath(), $"app-host-ports-{Environment.UserName}");
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
