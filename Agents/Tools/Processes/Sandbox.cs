using System.Diagnostics;
using System.Globalization;

namespace Agents.Tools.Processes;

/// <summary>Whether a command reaches the network.</summary>
internal enum ProcessNetwork
{
    /// <summary>It does not: it runs in a network namespace of its own, or not at all.</summary>
    None,

    /// <summary>As <see cref="None"/> where a namespace can be made; else with the network of this process.</summary>
    NoneIfPossible,

    /// <summary>It has the network of this process.</summary>
    Shared,
}

/// <summary>What a command may use. The limits are those of each of its processes.</summary>
/// <param name="MaxMemoryBytes">Private memory. Default: 2 GiB.</param>
/// <param name="MaxFileBytes">The largest file it may write. Default: 1 GiB.</param>
/// <param name="MaxCpuSeconds">Processor time. Default: 600.</param>
internal sealed record ProcessLimits(long MaxMemoryBytes = 2L << 30, long MaxFileBytes = 1L << 30, int MaxCpuSeconds = 600);

/// <summary>
/// What stands before a command: <c>setsid prlimit … unshare … command</c>. prlimit sets what it may use; unshare gives it
/// namespaces of its own: network (with nothing in it, not even loopback up) and, where the host lets us, processes, so
/// that the kernel ends everything it started together with it. What works here is tried once.
/// </summary>
internal sealed class Sandbox(Func<string, string?> find)
{
    private static readonly string[] WithProcesses = ["--net", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"];
    private static readonly string[] NetworkOnly = ["--net"];
    private readonly Lazy<string[]?> _apart = new(() => Try(find));

    /// <summary>The words before a program.</summary>
    /// <exception cref="ToolException">TOOL_DENIED: no namespace can be made here, and the network is not to be reached.</exception>
    public IEnumerable<string> Before(ProcessLimits? limits, ProcessNetwork network)
    {
        List<string> words = [];
        if (limits is not null && find("prlimit") is { } prlimit)
        {
            words.AddRange([
                prlimit, Limit("cpu", limits.MaxCpuSeconds), Limit("data", limits.MaxMemoryBytes), Limit("fsize", limits.MaxFileBytes), "--core=0", "--nofile=4096", "--",
            ]);
        }

        if (network != ProcessNetwork.Shared)
        {
            if (_apart.Value is { } apart)
                words.AddRange(apart);
            else if (network == ProcessNetwork.None)
                throw new ToolException(ToolException.Denied, "The command would reach the network: no network namespace can be made on this host (unshare --net failed), and the policy does not grant \"network\" to this call.");
        }

        return words;

        static string Limit(string what, long value) => $"--{what}={value.ToString(CultureInfo.InvariantCulture)}";
    }

    private static string[]? Try(Func<string, string?> find)
    {
        if (OperatingSystem.IsWindows() || find("unshare") is not { } unshare || find("true") is not { } nothing)
            return null;
        string[][] ways = [WithProcesses, ["--user", "--map-root-user", .. WithProcesses], NetworkOnly, ["--user", "--map-root-user", .. NetworkOnly]];
        foreach (var way in ways)
        {
            string[] words = [unshare, .. way, "--"];
            var start = new ProcessStartInfo(unshare) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
            foreach (var word in words.Skip(1).Append(nothing))
                start.ArgumentList.Add(word);
            using var process = Process.Start(start);
            if (process is not null && process.WaitForExit(TimeSpan.FromSeconds(10)) && process.ExitCode == 0)
                return words;
        }

        return null;
    }
}
