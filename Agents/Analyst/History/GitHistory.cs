using System.Diagnostics;
using System.Text;

namespace Agents.Analyst.History;

/// <summary>How often each file was changed.</summary>
/// <param name="Available">Whether there is a history that could be read.</param>
/// <param name="Commits">How many were looked at.</param>
/// <param name="Changes">Commits by file, relative to the workspace.</param>
/// <param name="Note">What is to be said about it; empty: nothing.</param>
internal sealed record ChangeHistory(bool Available, int Commits, IReadOnlyDictionary<string, int> Changes, string Note)
{
    public static ChangeHistory None(string note) => new(false, 0, new Dictionary<string, int>(), note);
}

/// <summary>
/// Asks git for the history of a folder. The repository is not trusted: no pager, no signature programs, no external
/// difference programs, no fetching, no shell; bounded in commits and time.
/// </summary>
internal static class GitHistory
{
    public const int MostCommits = 5_000;
    private const string CommitMark = "commit:";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly string[] Arguments =
    [
        "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false", "-c", "log.mailmap=false",
        "log", "--no-merges", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-color", "--relative", "--numstat", "-z", $"--max-count={MostCommits}", $"--format={CommitMark}%H", "--", ".",
    ];

    public static async Task<ChangeHistory> ReadAsync(string root, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("git", Arguments)
        {
            WorkingDirectory = root,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_NO_LAZY_FETCH"] = "1";
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        try
        {
            using var process = Process.Start(start);
            return process is null ? ChangeHistory.None("git could not be started; there is no history.") : await ReadAsync(process, cancellationToken);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return ChangeHistory.None("git is not installed; hot spots need its history.");
        }
    }

    private static async Task<ChangeHistory> ReadAsync(Process process, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var counter = new ChangeCounter();
        try
        {
            process.StandardInput.Close();
            var errors = ReadShortAsync(process.StandardError, limit.Token);
            await counter.CountAsync(process.StandardOutput, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0)
                return ChangeHistory.None(Explain(await errors));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ChangeHistory(counter.Commits > 0, counter.Commits, counter.Changes, $"The history was read for {Limit.TotalSeconds:N0} seconds and then left: {counter.Commits} commits.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        if (counter.Commits == 0)
            return ChangeHistory.None("The history has no commit that touches the workspace.");
        return new ChangeHistory(true, counter.Commits, counter.Changes, counter.Commits >= MostCommits ? $"Only the last {MostCommits} commits were looked at." : "");
    }

    private static string Explain(string error)
    {
        if (error.Contains("not a git repository", StringComparison.Ordinal))
            return "The workspace has no git history; hot spots need one.";
        if (error.Contains("does not have any commits", StringComparison.Ordinal))
            return "The git repository has no commits yet.";
        var line = error.Split('\n')[0].Trim();
        return $"git could not read the history: {line}";
    }

    private static async Task<string> ReadShortAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var buffer = new char[4096];
        var length = await reader.ReadBlockAsync(buffer, cancellationToken);
        while (await reader.ReadAsync(new char[4096].AsMemory(), cancellationToken) > 0)
        {
            // Whoever complains at length must not be blocked by a full pipe.
        }

        return new string(buffer, 0, length);
    }

    private sealed class ChangeCounter
    {
        private const int LongestField = 16 * 1024;
        private readonly Dictionary<string, int> _changes = [];

        public int Commits { get; private set; }

        public IReadOnlyDictionary<string, int> Changes => _changes;

        public async Task CountAsync(StreamReader reader, CancellationToken cancellationToken)
        {
            var field = new StringBuilder();
            var buffer = new char[16 * 1024];
            while (await reader.ReadAsync(buffer.AsMemory(), cancellationToken) is var read and > 0)
            {
                for (var i = 0; i < read; i++)
                {
                    if (buffer[i] == '\0')
                    {
                        Take(field.ToString());
                        field.Clear();
                    }
                    else if (field.Length < LongestField)
                    {
                        field.Append(buffer[i]);
                    }
                }
            }

            Take(field.ToString());
        }

        // Fields end in NUL: "commit:HASH", then "added TAB deleted TAB path" for each file.
        private void Take(string field)
        {
            field = field.TrimStart('\n');
            if (field.StartsWith(CommitMark, StringComparison.Ordinal))
            {
                Commits++;
                return;
            }

            var parts = field.Split('\t', 3);
            if (parts.Length == 3)
                _changes[parts[2]] = _changes.GetValueOrDefault(parts[2]) + 1;
        }
    }
}
