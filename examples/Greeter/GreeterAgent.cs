using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Agents.Hosting;

namespace Agents.Greeter;

[Agent("greeter", Description = "Greets people and reads files.", MaxParallel = 4, Tools = ["fs.read"])]
internal sealed class GreeterAgent(TimeProvider time)
{
    [Task("greet", Description = "Greets one person.")]
    public static GreetOutput Greet(GreetInput input) =>
        new($"{(input.Formal ? "Good day" : "Hello")}, {input.Name}!");

    [Task("countdown", Description = "Counts down, one number a second.")]
    public async Task<CountdownOutput> CountdownAsync(CountdownInput input, TaskContext context, CancellationToken cancellationToken)
    {
        for (var done = 0; done < input.From; done++)
        {
            await context.ReportProgressAsync((double)done / input.From, $"{input.From - done} to go");
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        }

        return new CountdownOutput(input.From);
    }

    [Task("first_line", Description = "Reads the first line of a file of the workspace.")]
    public static async Task<FirstLineOutput> FirstLineAsync(FirstLineInput input, TaskContext context, CancellationToken cancellationToken)
    {
        var path = context.Workspace.Resolve(input.File);
        if (!File.Exists(path))
            throw new TaskFailedException(FailureCodes.InvalidInput, $"file \"{input.File}\" is not in the workspace.");

        var text = await context.CallToolAsync(
            "fs.read", new { path = input.File }, token => File.ReadAllTextAsync(path, token), cancellationToken, found => $"{found.Length} characters");
        return new FirstLineOutput(text.Split('\n')[0].TrimEnd());
    }
}

internal sealed record GreetInput(
    [property: Description("Whom to greet.")] string Name,
    bool Formal = false);

internal sealed record GreetOutput(string Greeting);

internal sealed record CountdownInput([property: Range(1, 600)] int From);

internal sealed record CountdownOutput(int Counted);

internal sealed record FirstLineInput(string File);

internal sealed record FirstLineOutput(string Line);
