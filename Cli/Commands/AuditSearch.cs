using System.CommandLine;
using Cli.Display;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents audit search</c>: events of one run or of all.</summary>
internal static class AuditSearch
{
    private const int Page = 200;

    public static Command Create(CommonOptions common)
    {
        var run = new Option<string?>("--run") { Description = "Only this run." };
        var kind = new Option<string[]>("--kind") { Description = "Only events of these kinds, e.g. tool_called.", Arity = ArgumentArity.ZeroOrMore };
        var agent = new Option<string?>("--agent") { Description = "Only tasks of this role or instance." };
        var tool = new Option<string?>("--tool") { Description = "Only calls of this tool." };
        var text = new Option<string?>("--text") { Description = "Somewhere in the event." };
        var limit = new Option<int>("--limit") { Description = "How many at the most.", DefaultValueFactory = _ => 50 };
        var command = new Command("search", "Finds events, newest run first.") { run, kind, agent, tool, text, limit };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var left = Math.Max(1, parsed.GetValue(limit));
            var request = new SearchEventsRequest
            {
                RunId = parsed.GetValue(run) ?? "",
                Agent = parsed.GetValue(agent) ?? "",
                Tool = parsed.GetValue(tool) ?? "",
                Text = parsed.GetValue(text) ?? "",
                Kinds = { parsed.GetValue(kind) ?? [] },
            };
            var (found, scanned) = (0, 0L);
            do
            {
                request.PageSize = Math.Min(Page, left);
                var response = await session.Insight.SearchEventsAsync(request, cancellationToken: ct);
                foreach (var e in response.Events)
                {
                    await session.Output.WriteLineAsync(session.Json ? Session.ToJson(e)
                        : $"{Words.When(e.Time.ToDateTimeOffset())}  {e.RunId}  {e.Version,5}  {new EventText().Of(e)}");
                }

                found += response.Events.Count;
                left -= response.Events.Count;
                scanned += response.Scanned;
                request.PageToken = response.NextPageToken;
            }
            while (left > 0 && request.PageToken.Length > 0);

            if (!session.Json)
            {
                await session.Error.WriteLineAsync($"{found} of {scanned} events that were looked at{(request.PageToken.Length > 0 ? "; there may be more: --limit" : "")}");
            }

            return ExitCodes.Completed;
        }));
        return command;
    }
}
