using Protos.V1;

namespace Cli.Display;

/// <summary>Shows a run while it goes on.</summary>
internal abstract class RunDisplay : IAsyncDisposable
{
    /// <summary>JSON lines with <c>--json</c>, redrawn lines on a terminal, otherwise a line for each change.</summary>
    public static RunDisplay For(Session session) =>
        session.Json ? new JsonDisplay(session.Output) : session.IsLive ? new LiveDisplay() : new PlainDisplay(session.Output);

    public abstract void Show(RunEvent e);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private sealed class JsonDisplay(TextWriter output) : RunDisplay
    {
        public override void Show(RunEvent e) => output.WriteLine(Session.ToJson(e));
    }

    private sealed class PlainDisplay(TextWriter output) : RunDisplay
    {
        private readonly RunProgress _progress = new();

        public override void Show(RunEvent e)
        {
            if (_progress.Take(e) is { } line)
            {
                var elapsed = e.Time.ToDateTimeOffset() - (_progress.StartedAt ?? e.Time.ToDateTimeOffset());
                foreach (var text in line.Split('\n'))
                {
                    output.WriteLine($"{Words.Duration(elapsed),7}  {Words.Printable(text)}");
                }
            }
        }
    }
}
