using System.Text;
using Grpc.Core;
using Protos.V1;

namespace Cli.Display;

/// <summary>Takes decisions from the keyboard while a run is shown: <c>y</c> or <c>n</c>, perhaps a comment, Enter.</summary>
internal sealed class ApprovalPrompt(Session session)
{
    private readonly StringBuilder _typed = new();
    private volatile string _said = "";
    private volatile bool _sending;
    private int _listening;

    /// <summary>What stands under the question.</summary>
    public string Line => _sending ? "  …" : $"  y or n, then Enter; a comment may follow the letter{(_said.Length > 0 ? $" ({_said})" : "")} > {_typed}";

    /// <summary>Reads keys, on a thread of its own, for as long as there is something to answer. Does nothing while it does already.</summary>
    /// <param name="asked">What the keys are the answer to; null: nothing any more.</param>
    /// <param name="ct">Gives up, with the next key.</param>
    public void Listen(Func<OpenApproval?> asked, CancellationToken ct)
    {
        if (asked() is not null && Interlocked.Exchange(ref _listening, 1) == 0)
        {
            // A read cannot be given up: the thread must not be one that others need, or that keeps the process.
            _ = Task.Factory.StartNew(() => Read(asked, ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>Takes in one key.</summary>
    internal void Take(ConsoleKeyInfo key, OpenApproval asked, CancellationToken ct)
    {
        if (key.Key == ConsoleKey.Enter)
        {
            var text = _typed.ToString().Trim();
            _typed.Clear();
            if (Decision(text) is { } approved)
            {
                _sending = true;
                _ = DecideAsync(asked, approved, text[1..].Trim(), ct);
            }
            else if (text.Length > 0)
            {
                _said = $"'{Words.OneLine(text, 20)}' is neither";
            }
        }
        else if (key.Key == ConsoleKey.Backspace)
        {
            _typed.Length = Math.Max(0, _typed.Length - 1);
        }
        else if (!char.IsControl(key.KeyChar))
        {
            _typed.Append(key.KeyChar);
        }
    }

    private void Read(Func<OpenApproval?> asked, CancellationToken ct)
    {
        while (asked() is not null && !ct.IsCancellationRequested)
        {
            var key = Console.ReadKey(intercept: true);
            if (asked() is { } now && !_sending && !ct.IsCancellationRequested)
            {
                Take(key, now, ct);
            }
        }

        _typed.Clear();
        Volatile.Write(ref _listening, 0);
    }

    private static bool? Decision(string text) => text.Length == 0 || (text.Length > 1 && char.IsLetterOrDigit(text[1])) ? null : text[0] switch
    {
        'y' or 'Y' => true,
        'n' or 'N' => false,
        _ => null,
    };

    private async Task DecideAsync(OpenApproval asked, bool approved, string comment, CancellationToken ct)
    {
        try
        {
            await session.Client.DecideApprovalAsync(new DecideApprovalRequest
            {
                RequestId = Guid.NewGuid().ToString("N"),
                RunId = asked.RunId,
                TaskId = asked.Asked.TaskId,
                Approved = approved,
                Comment = comment,
            }, cancellationToken: ct);
            _said = "";
        }
        catch (RpcException e)
        {
            _said = Words.OneLine(e.Status.Detail, 80);
        }
        finally
        {
            _sending = false;
        }
    }
}
