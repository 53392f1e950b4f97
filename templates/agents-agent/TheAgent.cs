using System.ComponentModel;
using Agents.Hosting;

namespace AgentTemplate;

/// <summary>Each method marked [Task] is a kind of work; its records become the schemas of what goes in and out.</summary>
[Agent("ROLE", Description = "Greets people.", MaxParallel = 4)]
internal sealed class TheAgent
{
    [Task("greet", Description = "Greets one person.")]
    public async Task<GreetOutput> GreetAsync(GreetInput input, TaskContext context, CancellationToken cancellationToken)
    {
        await context.ReportProgressAsync(0.5, $"thinking about {input.Name}");
        return new GreetOutput($"Hello, {input.Name}!");
    }
}

internal sealed record GreetInput([property: Description("Whom to greet.")] string Name);

internal sealed record GreetOutput(string Greeting);
