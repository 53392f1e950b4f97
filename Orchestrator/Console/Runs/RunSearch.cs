using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Console.Runs;

/// <summary>What the list of runs is to show.</summary>
/// <param name="Status">A state, <c>open</c>, <c>ended</c>, or empty for all.</param>
/// <param name="Playbook">Empty: all.</param>
/// <param name="Text">Words that request, run id, playbook or failure hold; empty: any.</param>
/// <param name="Label"><c>key</c> or <c>key=value</c>; empty: any.</param>
/// <param name="Token">Where to go on; empty: from the newest.</param>
public sealed record RunFilter(string Status, string Playbook, string Text, string Label, string Token)
{
    /// <summary>The filter as a query string, without or with a place to go on from.</summary>
    /// <param name="token">The place; empty: from the newest.</param>
    public string ToQuery(string token = "")
    {
        var parts = new[] { ("status", Status), ("playbook", Playbook), ("q", Text), ("label", Label), ("page", token) }
            .Where(part => part.Item2.Length > 0).Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2)}").ToList();
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }

    /// <summary>Whether it leaves anything out.</summary>
    public bool IsSet => (Status + Playbook + Text + Label).Length > 0;
}

/// <summary>A page of runs.</summary>
/// <param name="Runs">Newest first.</param>
/// <param name="Next">Where the next page begins; empty: there is none.</param>
/// <param name="Looked">How many runs were looked at for it.</param>
public sealed record RunPageView(IReadOnlyList<RunSummary> Runs, string Next, int Looked);

/// <summary>
/// Finds runs. State and playbook are in the store's index; text and labels are looked for in its entries, of so many
/// runs at a time: the reader goes on from there, and a search over very many runs holds nobody up.
/// </summary>
internal static class RunSearch
{
    private const int PageSize = 50;
    private const int MaxLooked = 2000;
    private const int Step = 200;
    private static readonly State[] s_open = [State.Pending, State.Planning, State.InProgress, State.Waiting, State.Paused, State.Review, State.Revision];
    private static readonly State[] s_ended = [State.Completed, State.Failed, State.Cancelled];

    public static async Task<RunPageView> FindAsync(IRunEngine engine, RunFilter filter, Principal principal, CancellationToken ct)
    {
        var searches = filter.Text.Length + filter.Label.Length > 0;
        var request = new ListRunsRequest { PageSize = searches ? Step : PageSize, PageToken = filter.Token, Playbook = filter.Playbook };
        request.Statuses.Add(StatesOf(filter.Status));
        var words = filter.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var found = new List<RunSummary>();
        var looked = 0;
        while (true)
        {
            var page = await engine.ListAsync(request, principal, ct);
            looked += page.Runs.Count;
            found.AddRange(page.Runs.Where(run => Fits(run, words, filter.Label)));
            request.PageToken = page.NextPageToken;
            if (!searches || page.NextPageToken.Length == 0 || found.Count >= PageSize || looked >= MaxLooked)
                return new RunPageView(found, page.NextPageToken, looked);
        }
    }

    /// <summary>The states that a choice stands for; none: all.</summary>
    public static IReadOnlyList<State> StatesOf(string status) => status switch
    {
        "" => [],
        "open" => s_open,
        "ended" => s_ended,
        _ => Enum.TryParse<State>(status.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var state) && Enum.IsDefined(state) && state != State.Unspecified
            ? [state]
            : throw new RequestRefusedException(Grpc.Core.StatusCode.InvalidArgument, "INVALID_INPUT", $"status is '{Parts.Words.Short(status, 60)}'; it must be open, ended, or a state such as failed.", "status"),
    };

    private static bool Fits(RunSummary run, string[] words, string label)
    {
        if (label.Length > 0)
        {
            var (key, value) = label.IndexOf('=') is var at and >= 0 ? (label[..at].Trim(), label[(at + 1)..].Trim()) : (label.Trim(), null);
            if (!run.Labels.TryGetValue(key, out var has) || (value is not null && has != value))
                return false;
        }

        return words.All(word => Has(run.Request, word) || Has(run.RunId, word) || Has(run.Playbook, word) || Has(run.Failure?.Message ?? "", word) || Has(run.Failure?.Code ?? "", word));
    }

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
