using System.Text.RegularExpressions;
using Agents.Tools.Processes;
using Agents.Workspaces;

namespace Agents.Tools.BuiltIn;

/// <summary>
/// Runs git on the workspace's own repository, read only. A repository may bring settings that run programs (filters,
/// pagers, monitors, hooks): they are all switched off, for the workspace is not ours to trust.
/// </summary>
internal sealed partial class Git(ProcessRunner processes)
{
    private static readonly string[] Harmless =
    [
        "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.pager=cat", "-c", "log.showSignature=false",
        "-c", "diff.external=", "-c", "color.ui=false", "-c", "core.quotePath=false", "-c", "diff.ignoreSubmodules=all", "-c", "submodule.recurse=false",
    ];

    /// <summary>The standard output of a command that went well.</summary>
    /// <exception cref="ToolException">There is no repository in the workspace, or git failed.</exception>
    public async Task<(string Text, bool Truncated)> RunAsync(Workspace workspace, IReadOnlyList<string> arguments, int maxBytes, CancellationToken cancellationToken)
    {
        var folder = (await CallAsync(workspace, ["rev-parse", "--absolute-git-dir"], 64 * 1024, cancellationToken)).Output.Trim();
        if (!folder.StartsWith(workspace.Root + "/", StringComparison.Ordinal))
            throw new ToolException(ToolException.Failed, "The workspace's .git leads to a repository outside of the workspace.");

        var outcome = await CallAsync(workspace, [.. await FiltersOffAsync(workspace, cancellationToken), .. arguments], maxBytes, cancellationToken);
        return (outcome.Output, outcome.Truncated);
    }

    /// <summary>A revision that can be no option.</summary>
    public static string Revision(string field, string revision) =>
        RevisionText().IsMatch(revision) ? revision : throw ToolException.Invalid($"args.{field}", revision, "is not a revision like HEAD~3, main or 1a2b3c4");

    // Attributes name filters, settings say what they run: `git status` would run them over every changed file.
    private async Task<IReadOnlyList<string>> FiltersOffAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        var settings = (await CallAsync(workspace, ["config", "--list", "--name-only", "-z"], 1024 * 1024, cancellationToken)).Output;
        return
        [
            .. settings.Split('\0', StringSplitOptions.RemoveEmptyEntries)
                .Where(name => name.StartsWith("filter.", StringComparison.OrdinalIgnoreCase))
                .Select(name => (Name: name, Kind: name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant()))
                .Where(setting => setting.Kind is "clean" or "smudge" or "process" or "required")
                .SelectMany(setting => new[] { "-c", setting.Kind == "required" ? $"{setting.Name}=false" : $"{setting.Name}=" }),
        ];
    }

    private async Task<ProcessOutcome> CallAsync(Workspace workspace, IReadOnlyList<string> arguments, int maxBytes, CancellationToken cancellationToken)
    {
        var outcome = await processes.RunAsync(
            new ProcessRequest("git", [.. Harmless, .. arguments], workspace.Root)
            {
                MaxOutputBytes = maxBytes,
                Environment = new Dictionary<string, string>
                {
                    ["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(workspace.Root) ?? "/",
                    ["GIT_CONFIG_NOSYSTEM"] = "1",
                    ["GIT_CONFIG_GLOBAL"] = "/dev/null",
                    ["GIT_TERMINAL_PROMPT"] = "0",
                    ["GIT_OPTIONAL_LOCKS"] = "0",
                    ["GIT_LITERAL_PATHSPECS"] = "1",
                    ["GIT_NO_LAZY_FETCH"] = "1",
                    ["GIT_ALLOW_PROTOCOL"] = "",
                },
            },
            cancellationToken);
        if (outcome.TimedOut)
            throw new ToolException(ToolException.TimedOut, "git was killed after its time limit.");
        return outcome.ExitCode == 0
            ? outcome
            : throw new ToolException(ToolException.Failed, $"git ended with exit code {outcome.ExitCode}: {outcome.Error.Trim().Split('\n')[0]}");
    }

    [GeneratedRegex(@"^[A-Za-z0-9_@][A-Za-z0-9_./@^~{}+-]{0,199}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RevisionText();
}
