using Protos.V1;

namespace Cli.Display;

/// <summary>Shows a run while it goes on.</summary>
internal abstract class RunDisplay : IAsyncDisposable
{
    /// <summary>JSON lines with <c>--json</c>, redrawn lines on a terminal, otherwise a line for each change.</summary>
    /// <param name="session">Where it prints.</param>
    /// <param name="asks">Whether what is to be approved may be decided here, where a person can be asked.</param>
    public static RunDisplay For(Session session, bool asks) =>
        session.Json ? new JsonDisplay(session) : session.IsLive ? new LiveDisplay(session, asks && session.CanAsk) : new PlainDisplay(session);

    public abstract void Show(RunEvent e);

    /// <summary>Shows what a run that was made for a task of this one asks of people.</summary>
    public abstract void ShowBelow(RunEvent e);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private sealed class JsonDisplay(Session session) : RunDisplay
    {
        public override void Show(RunEvent e)
        {
            session.Output.WriteLine(Session.ToJson(e));
            ShowBelow(e);
        }

        // The output is for programs; a person may look at the other.
        public override void ShowBelow(RunEvent e)
        {
            if (e.ApprovalRequested is { } asked)
            {
                session.Error.WriteLine($"{Words.OneLine(asked.Question, 200)}  {ApprovalText.HowTo(session, e.RunId, asked.TaskId)}");
            }
        }
    }

    private sealed class PlainDisplay(Session session) : RunDisplay
    {
        private readonly RunProgress _progress = new();
        private readonly Lock _lock = new();

        public override void Show(RunEvent e)
        {
            lock (_lock)
            {
                Write(e, _progress.Take(e));
            }
        }

        public override void ShowBelow(RunEvent e)
        {
            lock (_lock)
            {
                Write(e, _progress.TakeBelow(e));
            }
        }

        private void Write(RunEvent e, string? line)
        {
            if (line is null)
            {
                return;
            }

            if (e.ApprovalRequested is { } asked)
            {
                line += $"\n  {ApprovalText.HowTo(session, e.RunId, asked.TaskId)}";
            }

            var elapsed = e.Time.ToDateTimeOffset() - (_progress.StartedAt ?? e.Time.ToDateTimeOffset());
            foreach (var text in line.Split('\n'))
            {
                session.Output.WriteLine($"{Words.Duration(elapsed),7}  {Words.Printable(text)}");
            }
        }
    }
}
