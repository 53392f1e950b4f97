using Protos.V1;
using Spectre.Console;

namespace Cli.Display;

/// <summary>The plan as a tree, a line per task, redrawn in place.</summary>
internal sealed class LiveDisplay : RunDisplay
{
    private static readonly TimeSpan s_redrawEvery = TimeSpan.FromMilliseconds(200);
    private static readonly Style s_grey = new(Color.Grey);
    private readonly Lock _lock = new();
    private readonly RunProgress _progress = new();
    private readonly CancellationTokenSource _done = new();
    private readonly Task _drawing;

    private readonly Session _session;
    private readonly ApprovalPrompt? _prompt;

    public LiveDisplay(Session session, bool asks)
    {
        _session = session;
        _prompt = asks ? new ApprovalPrompt(session) : null;
        _drawing = Task.Run(DrawAsync);
    }

    public override void Show(RunEvent e)
    {
        lock (_lock)
        {
            _progress.Take(e);
        }
    }

    public override void ShowBelow(RunEvent e)
    {
        lock (_lock)
        {
            _progress.TakeBelow(e);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await _drawing;
        _done.Dispose();
        await base.DisposeAsync();
    }

    private Task DrawAsync() => AnsiConsole.Live(Draw()).AutoClear(false).Overflow(VerticalOverflow.Ellipsis).StartAsync(async context =>
    {
        using var timer = new PeriodicTimer(s_redrawEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(_done.Token))
            {
                _prompt?.Listen(Asked, _done.Token);
                context.UpdateTarget(Draw());
            }
        }
        catch (OperationCanceledException)
        {
            context.UpdateTarget(Draw());
        }
    });

    private OpenApproval? Asked()
    {
        lock (_lock)
        {
            return _progress.Approvals.FirstOrDefault();
        }
    }

    private List<Text> Questions()
    {
        var lines = new List<Text>();
        foreach (var open in _progress.Approvals.Take(3))
        {
            lines.Add(new Text($"? {Words.OneLine(open.Asked.Question, 200)}  ({ApprovalText.Who(open.Asked.Deciders)}{ApprovalText.Until(open.Asked.Deadline)})", new Style(Color.Yellow)));
            lines.AddRange((open.Asked.Evidence?.Fields ?? []).OrderBy(field => field.Key, StringComparer.Ordinal).Take(5)
                .Select(field => new Text($"    {Words.OneLine($"{field.Key}: {field.Value}", 110)}", new Style(Color.Grey))));
            lines.Add(new Text($"    {ApprovalText.HowTo(_session, open.RunId, open.Asked.TaskId)}", new Style(Color.Grey)));
        }

        if (_progress.Approvals.Count > 3)
        {
            lines.Add(new Text($"? … and {_progress.Approvals.Count - 3} more: agents approvals", new Style(Color.Yellow)));
        }

        if (_prompt is not null && lines.Count > 0)
        {
            lines.Add(new Text(_prompt.Line, new Style(Color.Yellow)));
        }

        return lines;
    }

    private Rows Draw()
    {
        lock (_lock)
        {
            // A narrow terminal has no room for who does it and what it costs.
            var isWide = AnsiConsole.Profile.Width >= 110;
            var grid = new Grid();
            for (var column = 0; column < (isWide ? 7 : 5); column++)
            {
                grid.AddColumn(column is 4 or 5 && isWide || (column == 3 && !isWide) ? new GridColumn().NoWrap().RightAligned() : new GridColumn().NoWrap());
            }

            foreach (var line in _progress.Lines)
            {
                var (title, status, bar) = (new Text(line.Prefix + line.Title), new Markup($"[{Colour(line.Status)}]{Words.Of(line.Status)}[/]"), new Text(Bar(line.Share)));
                var (elapsed, note) = (new Text(Elapsed(line)), new Text(Words.OneLine(Note(line), 60), s_grey));
                grid.AddRow(isWide ? [title, new Text(line.Role, s_grey), status, bar, elapsed, new Text(Words.Spent(line.CostMicros, line.Tokens)), note] : [title, status, bar, elapsed, note]);
            }

            var head = new Text(_progress.Playbook.Length == 0 ? "Submitting …" : Head());
            return new Rows([head, grid, .. Questions()]);
        }
    }

    private string Head() => string.Join("  ", new[]
    {
        _progress.Playbook, Words.Of(_progress.Status), Words.Spent(_progress.Lines.Sum(line => line.CostMicros), _progress.Lines.Sum(line => line.Tokens)),
        _progress.StartedAt is { } from ? Words.Duration((_progress.EndedAt ?? TimeProvider.System.GetUtcNow()) - from) : "", Words.OneLine(_progress.Reason, 80),
    }.Where(part => part.Length > 0));

    private static string Note(TaskLine line) =>
        string.Join("  ", new[]
        {
            line.Items > 0 ? $"{line.ItemsDone}/{line.Items}" + (line.ItemsFailed > 0 ? $" ({line.ItemsFailed} failed)" : "") : "",
            line.Attempts > 1 ? $"attempt {line.Attempts}" : "",
            line.Score is { } score ? $"score {score}" : "",
            line.Status is State.InProgress or State.Failed or State.Ready or State.Pending or State.Waiting ? line.Message : "",
        }.Where(part => part.Length > 0));

    private static string Elapsed(TaskLine line) =>
        line.StartedAt is { } from ? Words.Duration((line.EndedAt ?? TimeProvider.System.GetUtcNow()) - from) : "";

    private static string Bar(double share)
    {
        const int Width = 20;
        var full = (int)Math.Round(share * Width);
        return new string('█', full) + new string('░', Width - full);
    }

    private static string Colour(State status) => status switch
    {
        State.Completed => "green",
        State.Failed or State.Cancelled => "red",
        State.Skipped or State.Pending => "grey",
        State.Review or State.Revision or State.Waiting => "yellow",
        _ => "blue",
    };
}
