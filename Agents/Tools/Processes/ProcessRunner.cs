using System.Buffers;
using System.Diagnostics;
using System.Text;

namespace Agents.Tools.Processes;

/// <summary>Runs one program to its end, within limits, and leaves nothing of it behind.</summary>
internal sealed class ProcessRunner(TimeProvider time, Sandbox sandbox)
{
    /// <summary>Runs it.</summary>
    /// <exception cref="ToolException">It cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It was killed, with all its children.</exception>
    public async Task<ProcessOutcome> RunAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        var marker = Guid.NewGuid().ToString("N");
        using var limit = new CancellationTokenSource(request.TimeLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var process = Start(request, marker);
        var output = new BoundedText(request.MaxOutputBytes);
        var error = new BoundedText(request.MaxOutputBytes);
        using var enough = new CancellationTokenSource();
        var reading = Task.WhenAll(
            output.ReadAsync(process.StandardOutput.BaseStream, enough.Token),
            error.ReadAsync(process.StandardError.BaseStream, enough.Token));
        var timedOut = false;
        try
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            timedOut = true;
        }
        finally
        {
            // Also after a good end: what it left running would hold the pipes, and our machine.
            await ProcessGroup.KillAsync(process, marker);
        }

        await process.WaitForExitAsync(CancellationToken.None);
        // Whoever still holds the pipes was missed, or hides: it is looked for again, and waited for no longer than that.
        for (var tries = 0; tries < 20 && !reading.IsCompleted; tries++)
        {
            await ProcessGroup.KillMarkedAsync(marker);
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None));
        }

        await enough.CancelAsync();
        await reading;
        return new ProcessOutcome(process.ExitCode, output.ToString(), error.ToString(), output.Truncated || error.Truncated, timedOut);
    }

    private Process Start(ProcessRequest request, string marker)
    {
        var program = CleanEnvironment.Find(request.FileName)
            ?? throw new ToolException(ToolException.Failed, $"'{request.FileName}' is not installed here.");
        var (fileName, arguments) = ProcessGroup.Lead([.. sandbox.Before(request.Limits, request.Network), program, .. request.Arguments]);
        var start = new ProcessStartInfo(fileName)
        {
            WorkingDirectory = request.Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in CleanEnvironment.Variables(marker).Concat(request.Environment))
            start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new ToolException(ToolException.Failed, $"'{request.FileName}' cannot be started: {exception.Message}");
        }
    }
}

/// <summary>The beginning of a stream of bytes, as text. The rest is read too, so that the writer is not held up. Stopped early it is truncated.</summary>
internal sealed class BoundedText(int maxBytes)
{
    private readonly ArrayBufferWriter<byte> _kept = new();

    public bool Truncated { get; private set; }

    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                var kept = Math.Min(read, maxBytes - _kept.WrittenCount);
                _kept.Write(buffer.AsSpan(0, kept));
                Truncated |= kept < read;
            }
        }
        catch (OperationCanceledException)
        {
            Truncated = true;
        }
    }

    public override string ToString() => Encoding.UTF8.GetString(_kept.WrittenSpan);
}
