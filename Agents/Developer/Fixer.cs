using System.Text;
using Agents.Rules;
using Agents.Rules.Patches;
using Agents.Workspaces;

namespace Agents.Developer;

/// <summary>
/// Works out one mechanical repair on a copy in memory. The workspace is only read. A repair counts only when the file
/// still says what the finding quotes, the result is still sound source, and the rule finds less in it than before.
/// </summary>
public static class Fixer
{
    private const int MostTried = 50;
    private const long MaxBytes = 2_000_000;

    /// <summary>Tries the findings in turn until one can be repaired.</summary>
    /// <param name="root">The workspace's folder; absolute.</param>
    /// <param name="findings">What was found; those without a fix are passed over.</param>
    /// <param name="choose">A rule id to repair only its findings; null or <c>first</c> takes what comes first.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="WorkspaceException">The workspace cannot be used, or <paramref name="choose"/> names no rule.</exception>
    public static async Task<FixResult> RunAsync(string root, IReadOnlyList<Finding> findings, string? choose = null, CancellationToken cancellationToken = default)
    {
        var workspace = Workspace.Open(root);
        var rule = string.IsNullOrEmpty(choose) || choose == "first" ? null : choose;
        if (rule is not null && RuleCatalog.All.All(r => r.Id != rule))
        {
            throw new WorkspaceException(WorkspaceException.InvalidInput, $"choose: \"{rule}\" is neither \"first\" nor the id of a rule.");
        }

        var candidates = findings.Where(f => f.Fix is not null && (rule is null || f.Rule == rule)).Take(MostTried).ToList();
        if (candidates.Count == 0)
        {
            return new FixResult { Applied = false, Note = rule is null ? "No finding carries a mechanical fix." : $"No finding of {rule} carries a mechanical fix." };
        }

        var passedOver = new List<string>();
        foreach (var finding in candidates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (result, reason) = await TryAsync(workspace, finding, cancellationToken);
            if (result is not null)
            {
                return passedOver.Count == 0 ? result : result with { Note = $"{result.Note} Passed over: {string.Join("; ", passedOver)}." };
            }

            passedOver.Add($"{finding.Rule} at {finding.File}:{finding.StartLine} ({reason})");
        }

        return new FixResult { Applied = false, Note = $"No fix could be applied: {string.Join("; ", passedOver)}." };
    }

    private static async Task<(FixResult? Result, string? Reason)> TryAsync(Workspace workspace, Finding finding, CancellationToken cancellationToken)
    {
        var (before, unreadable) = await ReadAsync(workspace, finding.File, cancellationToken);
        if (before is null)
        {
            return (null, unreadable);
        }

        var fix = finding.Fix!;
        if (!StillThere(before, finding))
        {
            return (null, "the file no longer says what the finding quotes");
        }

        string after, diff;
        try
        {
            (after, diff) = UnifiedDiff.Replace(finding.File, before, fix.StartLine, fix.EndLine, fix.Replacement);
        }
        catch (ArgumentOutOfRangeException)
        {
            return (null, $"the file has no lines {fix.StartLine} to {fix.EndLine}");
        }

        if (SourceCheck.Broken(finding.File, before, after) is { } broken)
        {
            return (null, broken);
        }

        var (old, now) = (SourceCheck.Findings(finding.Rule, finding.File, before), SourceCheck.Findings(finding.Rule, finding.File, after));
        if (old is null || now is null || now.Count >= old.Count)
        {
            return (null, old is null ? "there is no such rule" : "the rule still finds it afterwards");
        }

        var result = new FixResult
        {
            Applied = true,
            File = finding.File,
            Rule = finding.Rule,
            Diff = diff,
            Description = fix.Description,
            Before = Lines(before, fix.StartLine, fix.EndLine),
            After = fix.Replacement,
            Note = $"Made on a copy: the workspace is unchanged. The rule found {old.Count} before and finds {now.Count} after; the file still parses.",
        };
        return (result, null);
    }

    // Exactly as it is, byte order mark and line ends included: the diff must fit the file, not our reading of it.
    private static async Task<(string? Text, string? Reason)> ReadAsync(Workspace workspace, string file, CancellationToken cancellationToken)
    {
        try
        {
            var path = workspace.Resolve(file, "file");
            if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes)
            {
                return (null, "it is not a file of acceptable size");
            }

            var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            return (new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes), null);
        }
        catch (WorkspaceException e)
        {
            return (null, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException or ArgumentException)
        {
            return (null, e is ArgumentException ? "the file is not UTF-8" : e.Message);
        }
    }

    private static bool StillThere(string text, Finding finding)
    {
        var at = 0;
        for (var line = 1; line < finding.StartLine && at >= 0; line++)
        {
            at = text.IndexOf('\n', at) + 1;
            if (at == 0)
            {
                return false;
            }
        }

        var here = text.AsSpan(at).TrimStart('\uFEFF').ToString().ReplaceLineEndings("\n");
        return finding.Snippet.Length > 0 && here.StartsWith(finding.Snippet.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static string Lines(string text, int start, int end) =>
        string.Join('\n', text.Split('\n').Skip(start - 1).Take(end - start + 1).Select(l => l.TrimEnd('\r')));
}
