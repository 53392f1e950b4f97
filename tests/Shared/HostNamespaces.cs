using System.Diagnostics;

namespace Tests.Shared;

/// <summary>
/// Whether this host lets a command have a network namespace of its own; some containers forbid it. There a command runs
/// only under a policy that grants the network, and so do those of the tests.
/// </summary>
internal static class HostNamespaces
{
    public static bool CanBeMade { get; } = Runs("--net") || Runs("--user", "--map-root-user", "--net");

    /// <summary>What a policy has to grant for a command to run here.</summary>
    public static string[] Grants => CanBeMade ? [] : ["network"];

    private static bool Runs(params string[] options)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("unshare", [.. options, "--", "true"]) { RedirectStandardError = true, UseShellExecute = false })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is no unshare
        }
    }
}
