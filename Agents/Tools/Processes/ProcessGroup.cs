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
    public static void Kill(Process process, string marker)
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

        // One that is just being born is found the next time round.
        for (var round = 0; round < 10 && Marked(marker) is { Count: > 0 } left; round++)
        {
            foreach (var id in left)
                _ = kill(id, SigKill);
        }
    }

    /// <summary>Processes that carry the marker. Empty where there is no /proc.</summary>
    public static IReadOnlyList<int> Marked(string marker)
    {
        if (!Directory.Exists("/proc/self"))
            return [];
        var wanted = System.Text.Encoding.ASCII.GetBytes($"{CleanEnvironment.Marker}={marker}");
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && id != Environment.ProcessId && Carries(folder, wanted))
                found.Add(id);
        }

        return found;
    }

    private static bool Carries(string folder, byte[] wanted)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(wanted) >= 0;
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
