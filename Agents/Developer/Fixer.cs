using System.Text;
using Agents.Rules;
using Agents.Rules.Patches;
using Agents.Workspaces;

namespace Agents.Developer;

/// <summary>
/// Works out mechanical repairs on copies in memory; the workspace is only read. Files in the order of their paths; in a file,
/// what is more severe first, then from top to bottom, then by the rule's id: so of two fixes of the same lines the more
/// severe finding's is applied, and the other only as far as its rule still asks for it. See <see cref="FileFixes"/>.
/// </summary>
public static class Fixer
{
    private const int MostFixes = 2_000;
    private const int MostTold = 10;
    private const long MaxBytes = 2_000_000;

    /// <summary>Applies every fix that can be applied.</summary>
    /// <param name="root">The workspace's folder; absolute.</param>
    /// <param name="findings">What was found; those without a fix are passed over.</param>
    /// <param name="choose">Null or <c>all</c>: all of them. <c>first</c>: the first that can be applied, in the order given. A rule id: its findings only.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="WorkspaceException">The workspace cannot be used, or <paramref name="choose"/> names no rule.</exception>
    public static async Task<FixResult> RunAsync(string root, IReadOnlyList<Finding> findings, string? choose = null, CancellationToken cancellationToken = default)
    {
        var workspace = Workspace.Open(root);
        var rule = choose is null or "" or "all" or "first" ? null : choose;
        if (rule is not null && RuleCatalog.All.All(r => r.Id != rule))
            throw new WorkspaceException(WorkspaceException.InvalidInput, $"choose: \"{rule}\" is neither \"all\", nor \"first\", nor the id of a rule.");

        List<Finding> candidates = [.. findings.Where(f => f.Fix is not null && (rule is null || f.Rule == rule)).DistinctBy(f => (f.File, f.Rule, f.Fix))];
        if (candidates.Count == 0)
            return new FixResult { Applied = false, Note = rule is null ? "No finding carries a mechanical fix." : $"No finding of {rule} carries a mechanical fix." };
        if (choose != "first")
            candidates = [.. candidates.OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(Rank).ThenBy(f => f.StartLine).ThenBy(f => f.Rule, StringComparer.Ordinal)];

        List<AppliedFix> applied = [];
        List<RefusedFix> refused = [];
        var files = new Dictionary<string, (string? Before, FileFixes? Fixes, string? Reason)>();
        foreach (var finding in candidates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!files.TryGetValue(finding.File, out var file))
            {
                var (before, unreadable) = await ReadAsync(workspace, finding.File, cancellationToken);
                files[finding.File] = file = (before, before is null ? null : new FileFixes(finding.File, before), unreadable);
            }

            var reason = applied.Count + refused.Count >= MostFixes ? $"more than {MostFixes} fixes" : file.Fixes is null ? file.Reason : file.Fixes.Apply(finding);
            if (reason is null)
                applied.Add(new AppliedFix(finding.File, finding.StartLine, finding.Rule, finding.Fix!.Description));
            else
                refused.Add(new RefusedFix(finding.File, finding.StartLine, finding.Rule, reason));
            if (reason is null && choose == "first")
                break;
        }

        return Tell(applied, refused, string.Concat(files.Where(file => file.Value.Fixes is not null).OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => UnifiedDiff.Of(file.Key, file.Value.Before, file.Value.Fixes!.Text).Diff)));
    }

    private static FixResult Tell(List<AppliedFix> applied, List<RefusedFix> refused, string diff)
    {
        var reasons = string.Join("; ", refused.Take(MostTold).Select(fix => $"{fix.Rule} at {fix.File}:{fix.Line} ({fix.Reason})")) + (refused.Count > MostTold ? $"; and {refused.Count - MostTold} more" : "");
        if (applied.Count == 0)
            return new FixResult { Applied = false, NotApplied = refused, Note = $"No fix could be applied: {reasons}." };
        var (files, rules) = (applied.Select(fix => fix.File).Distinct().ToList(), applied.Select(fix => fix.Rule).Distinct().ToList());
        var note = "Made on a copy: the workspace is unchanged. Each rule was run again after its fix and finds less; the source is as sound as it was.";
        return new FixResult
        {
            Applied = true,
            File = files.Count == 1 ? files[0] : "",
            Rule = rules.Count == 1 ? rules[0] : "",
            Diff = diff,
            Description = applied.Count == 1 ? applied[0].Description : $"{applied.Count} fixes of {Count(rules.Count, "rule")} in {Count(files.Count, "file")}.",
            Fixes = applied,
            NotApplied = refused,
            Note = refused.Count == 0 ? note : $"{note} Not applied: {reasons}.",
        };
    }

    private static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    private static int Rank(Finding finding) => finding.Severity switch { "HIGH" => 0, "MEDIUM" => 1, _ => 2 };

    // Exactly as it is, byte order mark and line ends included: the diff must fit the file, not our reading of it.
    private static async Task<(string? Text, string? Reason)> ReadAsync(Workspace workspace, string file, CancellationToken cancellationToken)
    {
        try
        {
            var path = workspace.Resolve(file, "file");
            if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes)
                return (null, "it is not a file of acceptable size");
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
}
