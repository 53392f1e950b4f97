using Agents.Hosting;

namespace Agents.Greeter;

/// <summary>The other way to write an agent: a few lambdas. A program of its own would have just this line.</summary>
internal static class EchoProgram
{
    public static void Run(string[] args)
    {
        AgentHost.Create(args)
            .AddAgent("echo", agent => agent
                .Describe("Says what it hears.")
                .OnTask<EchoInput, EchoOutput>("say", async (input, context, cancellationToken) =>
                {
                    await context.WriteOutputAsync(input.Text);
                    return new EchoOutput(input.Text);
                }))
            .Run();
    }

    internal sealed record EchoInput(string Text);

    internal sealed record EchoOutput(string Text);
}
