using System.Globalization;

namespace Aspire.Hosting.Local;

/// <summary>
/// How a child starts on Linux, so that nothing of it outlives this process, not even when this process is killed.
/// <code>
///   app host ──pipe──▶ watch (own session, reads the pipe)
///      └─ sh, which becomes the program (own session and process group, same pid)
/// </code>
/// 1. A shell inherits the reading end of a pipe as its standard input; this process holds the writing end.
/// 2. The shell leaves a watch behind, in a session of its own so that no signal to a terminal or to this process's group reaches it.
/// 3. The shell then becomes the program, as leader of a new process group; its pid and exit code are the program's.
/// 4. When the program has ended, this process kills what is left of the group and writes "done": the watch goes.
/// 5. When this process dies, in whatever way, the pipe ends: the watch sends SIGTERM to the group, and SIGKILL to what is left after 5 s.
/// </summary>
internal static class Supervision
{
    /// <summary>How long a program may take to end after SIGTERM, before SIGKILL.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>What the watch reads when there is nothing left to watch.</summary>
    public const string Done = "done";

    private const string Watch =
        """
        trap "" HUP INT TERM
        PATH="$PATH:/usr/bin:/bin"
        while read -r line; do [ "$line" = done ] && exit 0; done
        kill -s TERM -- "-$1" || kill -s TERM "$1" || exit 0
        left=$2
        while [ "$left" -gt 0 ]; do
          kill -s 0 -- "-$1" || kill -s 0 "$1" || exit 0
          sleep 0.1
          left=$((left - 1))
        done
        kill -s KILL -- "-$1"
        kill -s KILL "$1"
        """;

    private const string Start =
        """
        exec 3<&0
        ("$3" /bin/sh -c "$1" watch "$$" "$2" <&3 3<&- >/dev/null 2>&1 &)
        setsid=$3
        shift 3
        exec "$setsid" "$@" </dev/null 3<&-
        """;

    // By full path: the program's own PATH may be another.
    private static readonly string? s_setsid = Programs.Find("setsid", path: Environment.GetEnvironmentVariable("PATH") + ":/usr/bin:/bin");

    public static bool IsAvailable { get; } = OperatingSystem.IsLinux() && File.Exists("/bin/sh") && s_setsid is not null;

    /// <summary>The arguments of <c>/bin/sh</c> that start a program under supervision.</summary>
    /// <param name="launch">The program.</param>
    /// <returns>The arguments.</returns>
    public static IEnumerable<string> Arguments(Launch launch)
    {
        // A shell drops variables whose names it could not say itself, such as ConnectionStrings__my-redis.
        string[] unsayable = [.. launch.Environment.Where(v => !IsShellName(v.Key)).Select(v => $"{v.Key}={v.Value}")];
        string[] env = unsayable.Length == 0 ? [] : ["/usr/bin/env", .. unsayable];
        var ticks = ((int)(Grace.TotalSeconds * 10 / 2)).ToString(CultureInfo.InvariantCulture);
        return ["-c", Start, "start", Watch, ticks, s_setsid!, .. env, launch.File, .. launch.Arguments];
    }

    private static bool IsShellName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}

/// <summary>Finds programs.</summary>
internal static class Programs
{
    /// <summary>The full path of a program.</summary>
    /// <param name="command">A path, or a name on PATH.</param>
    /// <param name="workingDirectory">Where a relative path starts; null is the current folder.</param>
    /// <param name="path">The folders to search; null is this process's PATH.</param>
    /// <returns>The path, or null when there is none.</returns>
    public static string? Find(string command, string? workingDirectory = null, string? path = null)
    {
        if (command.Contains('/', StringComparison.Ordinal) || command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            var full = Path.GetFullPath(command, workingDirectory ?? Directory.GetCurrentDirectory());
            return File.Exists(full) ? full : null;
        }

        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat", ""] : [""];
        return (path ?? Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(_ => endings, (folder, ending) => Path.Combine(folder, command + ending))
            .FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string file) => File.Exists(file)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != UnixFileMode.None);
}
