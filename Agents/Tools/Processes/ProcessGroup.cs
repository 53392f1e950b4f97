using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Agents.Tools.Processes;

/// <summary>
/// A command and all that it started. It runs in a session of its own (setsid), so one signal reaches the group; children
/// that left the group are found by the marker in their environment.
/// </summary>
internal static class ProcessGroup
{
    private const int SigKill = 9;
    private static readonly string? SetSid = OperatingSystem.IsWindows() ? null : CleanEnvironment.Find("setsid");

    /// <summary>How to start a program so that it leads a group.</summary>
    /// <param name="words">The program and its arguments.</param>
    public static (string FileName, IEnumerable<string> Arguments) Lead(IReadOnlyList<string> words) =>
        SetSid is null ? (words[0], words.Skip(1)) : (SetSid, words);

    /// <summary>Kills all of it. What is gone already is no error.</summary>
    /// <param name="process">The leader, running or not.</param>
    /// <param name="marker">The value of <see cref="CleanEnvironment.Marker"/>.</param>
    public static Task KillAsync(Process process, string marker)
    {
        try
        {
            // Once the leader is gone its number may be another's.
            if (!process.HasExited)
            {
                if (SetSid is not null)
                    _ = kill(-process.Id, SigKill);
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It ended in between.
        }

        return KillMarkedAsync(marker);
    }

    /// <summary>Kills what carries the marker, wherever it went. What is just being born is found the next time round.</summary>
    public static async Task KillMarkedAsync(string marker)
    {
        for (var round = 0; round < 10; round++)
        {
            var left = Marked(marker, out var unsure);
            if (left.Count == 0 && !unsure)
                return;
            foreach (var id in left)
                _ = kill(id, SigKill);
            await Task.Delay(TimeSpan.FromMilliseconds(left.Count == 0 ? 10 : 1), CancellationToken.None);
        }
    }

    /// <summary>Processes that carry the marker. Empty where there is no /proc.</summary>
    /// <param name="marker">The value of <see cref="CleanEnvironment.Marker"/>.</param>
    public static IReadOnlyList<int> Marked(string marker) => Marked(marker, out _);

    private static List<int> Marked(string marker, out bool unsure)
    {
        var found = new List<int>();
        unsure = false;
        if (!Directory.Exists("/proc/self"))
            return found;
        var wanted = System.Text.Encoding.ASCII.GetBytes($"{CleanEnvironment.Marker}={marker}");
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id) || id == Environment.ProcessId)
                continue;
            if (Carries(folder, wanted) is { } carries)
            {
                if (carries)
                    found.Add(id);
            }
            else
            {
                unsure = true;
            }
        }

        return found;
    }

    // Null for a program (not a thread of the kernel) without an environment: so it looks in the middle of exec.
    private static bool? Carries(string folder, byte[] wanted)
    {
        try
        {
            var environment = File.ReadAllBytes(Path.Combine(folder, "environ"));
            if (environment.Length == 0 && new FileInfo(Path.Combine(folder, "exe")).LinkTarget is not null)
                return null;
            return environment.AsSpan().IndexOf(wanted) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone, or of another user and so not ours.
            return false;
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int id, int signal);
}
