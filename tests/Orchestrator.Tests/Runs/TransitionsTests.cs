using Orchestrator.Processing;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Tests.Runs;

/// <summary>The tables in docs/architecture.md are those that are checked.</summary>
public class TransitionsTests
{
    [Fact]
    public void RunTable_IsAsDocumented() => Documented("run").ShouldBe(Checked(Transitions.RunMay), ignoreOrder: true);

    [Fact]
    public void TaskTable_IsAsDocumented() => Documented("task").ShouldBe(Checked(Transitions.TaskMay), ignoreOrder: true);

    [Fact]
    public void Terminal_HasNoWayOut()
    {
        foreach (var state in Enum.GetValues<State>().Where(state => state.IsTerminal()))
        {
            Enum.GetValues<State>().ShouldAllBe(to => !Transitions.RunMay(state, to) && !Transitions.TaskMay(state, to));
        }
    }

    private static List<string> Checked(Func<State, State, bool> may) =>
    [
        .. from a in Enum.GetValues<State>()
           from b in Enum.GetValues<State>()
           where a != State.Unspecified && may(a, b)
           select $"{States.Name(a)} → {States.Name(b)}",
    ];

    private static List<string> Documented(string what)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "architecture.md"));
        return
        [
            .. lines.SkipWhile(line => !line.StartsWith($"| {what}, from |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))
                .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
                .SelectMany(cells => cells[2].Split(", ").Select(to => $"{cells[1]} → {to}")),
        ];
    }
}
