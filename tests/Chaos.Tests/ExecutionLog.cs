using System.Globalization;
using System.Text;
using Agents.Hosting;

namespace Chaos.Tests;

/// <summary>An execution as the agent noted it before it began.</summary>
internal sealed record Execution(string RunId, string TaskId, int Attempt, long Epoch);

/// <summary>Where an agent notes each execution before it begins: a line, written at once, so that a kill does not lose it.</summary>
internal sealed class ExecutionLog(string file) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _stream = new(file, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Write(TaskContext context)
    {
        var credential = context.Assignment.Credential;
        var line = string.Create(CultureInfo.InvariantCulture, $"{credential.RunId} {credential.TaskId} {credential.Attempt} {credential.Epoch}\n");
        lock (_gate)
        {
            _stream.Write(Encoding.UTF8.GetBytes(line));
        }
    }

    public void Dispose() => _stream.Dispose();

    public static List<Execution> Read(string folder)
    {
        List<Execution> executions = [];
        foreach (var file in Directory.EnumerateFiles(folder, "*.executions"))
        {
            foreach (var line in File.ReadAllLines(file))
            {
                var words = line.Split(' ');
                executions.Add(new Execution(
                    words[0], words[1], int.Parse(words[2], CultureInfo.InvariantCulture), long.Parse(words[3], CultureInfo.InvariantCulture)));
            }
        }

        return executions;
    }
}
