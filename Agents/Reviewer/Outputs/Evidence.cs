using Agents.Workspaces;

namespace Agents.Reviewer.Outputs;

/// <summary>Is what the output says of files true of the files? Every place must exist, every quote must stand there.</summary>
internal static class Evidence
{
    private const double Weight = 0.3;
    private const int MostPlaces = 5_000;
    private const int MostTold = 10;

    /// <summary>Null when the output names no place in a file.</summary>
    public static async Task<ReviewCriterion?> JudgeAsync(Workspace workspace, OutputText output, List<ReviewFinding> findings, CancellationToken cancellationToken)
    {
        var places = output.Objects.Where(o => OutputText.String(o.Value, "file") is { Length: > 0 } && OutputText.Number(o.Value, "start_line") is not null).Take(MostPlaces).ToList();
        if (places.Count == 0)
        {
            return null;
        }

        var wrong = 0;
        foreach (var group in places.GroupBy(p => OutputText.String(p.Value, "file")!, StringComparer.Ordinal))
        {
            var (file, reason) = await OpenAsync(workspace, group.Key, cancellationToken);
            foreach (var (path, value) in group)
            {
                var start = OutputText.Number(value, "start_line")!.Value;
                var end = OutputText.Number(value, "end_line") ?? start;
                var fault = file is null ? reason : Fault(file, start, end, OutputText.String(value, "quote") ?? OutputText.String(value, "snippet"));
                if (fault is not null && ++wrong <= MostTold)
                {
                    findings.Add(new ReviewFinding("HIGH", "Not true of the file", $"{path}: {fault}.", group.Key, start, "Name the place where it stands."));
                }
            }
        }

        return new ReviewCriterion("evidence", (int)Math.Round(100.0 * (places.Count - wrong) / places.Count), Weight, $"{places.Count - wrong} of {places.Count} places are as the output says.");
    }

    private static async Task<(TextFile? File, string? Reason)> OpenAsync(Workspace workspace, string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await workspace.ReadAsync(path, cancellationToken: cancellationToken), null);
        }
        catch (WorkspaceException e)
        {
            return (null, e.Message.TrimEnd('.'));
        }
    }

    private static string? Fault(TextFile file, int start, int end, string? quote)
    {
        if (!file.HasRange(start, end))
        {
            return $"the file has {file.LineCount} lines, not lines {start} to {end}";
        }

        var blanked = quote is null || quote.Contains("(blanked)", StringComparison.Ordinal);
        return blanked || file.Quote(start, end).ReplaceLineEndings("\n").Contains(quote!.ReplaceLineEndings("\n"), StringComparison.Ordinal)
            ? null
            : $"lines {start} to {end} do not hold what is quoted";
    }
}
