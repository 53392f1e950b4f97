using System.Globalization;
using Orchestrator.Console.Runs.Graph;
using Protos.V1;

namespace Console.Tests;

public sealed class GraphLayoutTests
{
    [Fact]
    public void Of_AnyPlan_PutsEachNodeRightOfWhatItWaitsForAndNoneOverAnother()
    {
        var random = new Random(7);
        for (var plan = 0; plan < 40; plan++)
        {
            var count = random.Next(2, 40);
            var nodes = Enumerable.Range(0, count).Select(n => new GraphNode { Id = $"n{n}", Title = $"Task {n}", Status = State.Pending, Members = n % 7 == 0 ? [.. Enumerable.Range(0, n * 3).Select(_ => new TaskView())] : [], IsOpen = n % 7 == 0 && n > 0 }).ToList();
            var edges = Enumerable.Range(1, count - 1).SelectMany(n => Enumerable.Range(0, random.Next(0, 3)).Select(_ => (From: $"n{random.Next(n)}", To: $"n{n}"))).Distinct().ToList();

            var picture = GraphLayout.Of(new GraphModel(nodes, edges));

            var placed = picture.Nodes.ToDictionary(node => node.Node.Id);
            foreach (var (from, to) in edges)
            {
                (placed[from].X + placed[from].Node.Size.Width).ShouldBeLessThan(placed[to].X);
            }

            foreach (var one in picture.Nodes)
            {
                one.X.ShouldBeGreaterThanOrEqualTo(0);
                (one.X + one.Node.Size.Width).ShouldBeLessThanOrEqualTo(picture.Width);
                one.Y.ShouldBeGreaterThanOrEqualTo(0);
                (one.Y + one.Node.Size.Height).ShouldBeLessThanOrEqualTo(picture.Height + 0.001);
                picture.Nodes.ShouldNotContain(other => other != one && Overlap(one, other), $"plan {plan}: {one.Node.Id} lies over another");
            }

            picture.Edges.Count.ShouldBe(edges.Count);
        }
    }

    [Fact]
    public void Of_SamePlanTwice_GivesTheSamePicture()
    {
        var model = new GraphModel([.. Enumerable.Range(0, 6).Select(n => new GraphNode { Id = $"n{n}", Title = "", Status = State.Pending })], [("n0", "n1"), ("n0", "n2"), ("n1", "n5"), ("n2", "n3"), ("n3", "n5"), ("n0", "n5")]);

        GraphLayout.Of(model).Edges.ShouldBe(GraphLayout.Of(model).Edges);
    }

    [Fact]
    public void Of_LineOverSeveralLayers_GoesRoundWhatStandsThere()
    {
        var model = new GraphModel([.. Enumerable.Range(0, 3).Select(n => new GraphNode { Id = $"n{n}", Title = "", Status = State.Pending })], [("n0", "n1"), ("n1", "n2"), ("n0", "n2")]);

        var picture = GraphLayout.Of(model);

        var between = picture.Nodes.Single(node => node.Node.Id == "n1");
        var path = picture.Edges.Single(edge => edge is { From: "n0", To: "n2" }).Path;
        var through = double.Parse(path.Split('L')[1].Split('C')[0].Split(' ')[1], CultureInfo.InvariantCulture);
        (through < between.Y || through > between.Y + between.Node.Size.Height).ShouldBeTrue(path);
    }

    [Fact]
    public void Graph_Of2000ItemsAndCrowdedLayers_StaysSmall()
    {
        var run = new Run { Summary = new RunSummary(), Plan = new Plan() };
        void Add(string id, string parent, State status, params string[] after)
        {
            run.Tasks.Add(new TaskView { Id = id, Title = id, Role = "worker", ParentId = parent, Status = status, DependsOn = { after } });
            if (parent.Length == 0)
                run.Plan.Tasks.Add(new PlannedTask { Id = id });
        }

        Add("list", "", State.Completed);
        Add("each", "", State.InProgress, "list");
        for (var n = 0; n < 2000; n++)
        {
            Add($"each/{n}", "each", n < 500 ? State.Completed : State.Pending);
            Add($"part{n}", "", n == 3 ? State.Failed : State.Completed, "each");
        }

        var closed = PlanGraph.Of(run, new HashSet<string>());

        closed.Nodes.Select(node => node.Id).ShouldBe(["list", "each", "group:part0"]);
        closed.Nodes[1].Note.ShouldBe("500 of 2,000 ended");
        closed.Nodes[2].Status.ShouldBe(State.Failed);
        closed.Edges.ShouldBe([("list", "each"), ("each", "group:part0")]);
        PlanGraph.Of(run, new HashSet<string> { "each" }).Nodes[1].Shown.ShouldBe(GraphNode.MaxCells);
    }

    private static bool Overlap(PlacedNode one, PlacedNode other) =>
        one.X < other.X + other.Node.Size.Width && other.X < one.X + one.Node.Size.Width && one.Y + 0.001 < other.Y + other.Node.Size.Height && other.Y + 0.001 < one.Y + one.Node.Size.Height;
}
