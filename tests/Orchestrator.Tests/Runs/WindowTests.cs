using Google.Protobuf.WellKnownTypes;
using Orchestrator.Context;
using Orchestrator.Runs;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Runs;

/// <summary>A task is told its declared inputs first, then what is most relevant, within its window.</summary>
public class WindowTests
{
    private const string Hashing = "Passwords are hashed with bcrypt at cost twelve. The login endpoint checks the hash in constant time.";
    private const string Garden = "Tulips bloom in April; roses follow when summer comes.";

    [Fact]
    public void Assignment_RoomForAll_NeededFirstThenRelevantAndTheIrrelevantIsNamed()
    {
        var window = Window(400);

        window.Parts.Select(part => part.Source).ShouldBe(["needed", "hashing"]);
        window.Parts[1].Text.ShouldBe(Hashing);
        window.LeftOut.Single().ShouldBe(new LeftOut { Source = "garden", Tokens = TokenEstimate.Of(Garden), Reason = "not relevant" });
        window.Used.ShouldBe(window.Declared + window.Parts.Sum(part => part.Tokens));
    }

    [Fact]
    public void Assignment_LittleRoom_SummarisesAndStaysInTheWindow()
    {
        var all = Window(4000);
        var limit = all.Used - 5;

        var window = Window(limit);

        window.Used.ShouldBeLessThanOrEqualTo(limit);
        var last = window.Parts.Last();
        (last.Summarised, last.Whole).ShouldBe((true, TokenEstimate.Of(Long)));
        last.Text.ShouldContain("…");
        last.Text.ShouldContain("hashed with bcrypt");
    }

    [Fact]
    public void Assignment_InputsFillTheWindow_ComeWholeAndTheRestIsNamed()
    {
        var window = Window(10);

        window.Parts.ShouldBeEmpty();
        window.Declared.ShouldBeGreaterThan(10);
        window.LeftOut.Select(left => left.Reason).ShouldBe(["no room", "no room", "not relevant"]);
    }

    [Fact]
    public void Assignment_OutputThatIsAnArtifact_IsSummarisedAndCountsWhole()
    {
        var review = Task("review", "named").With(task =>
        {
            (task.Description, task.Window) = ("How are passwords hashed?", new ContextWindow { Tokens = 20_000 });
            task.Input = Output(("text", Value.ForString("${named}")));
        });
        var run = RunDriver.Started(Of(Task("large"), Task("named"), review.With(task => task.DependsOn.Add("large"))));
        foreach (var id in new[] { "large", "named" })
        {
            var (extract, tokens) = Orchestrator.Runs.Windows.Keep(Output(("text", Value.ForString(string.Concat(Enumerable.Repeat(Long + "\n", 30))))), "hashed passwords with bcrypt");
            tokens.ShouldBeGreaterThan(5000);
            TokenEstimate.Of(extract).ShouldBeInRange(100, 2000);
            run.Start(id);
            run.Do(new RunInput.Succeed(id, 1, Output(), new ArtifactRef { Id = "sha256:1" }, [], null, 1) { Extract = extract, Tokens = tokens }).ShouldBeNull();
        }

        var (loaded, _) = RunSnapshot.Load(RunSnapshot.Save(run.State, Google.Protobuf.ByteString.Empty), [])!.Value;
        loaded.Find("large")!.Extract.ShouldBe(run.State.Find("large")!.Extract);
        run.Start("review");

        var window = Assignments.Of(run.State, run.State.Find("review")!).Window;
        var part = window.Parts.ShouldHaveSingleItem();
        (part.Source, part.Summarised, part.Whole).ShouldBe(("large", true, run.State.Find("large")!.WholeTokens));
        part.Text.ShouldContain("hashed with bcrypt");
        window.Declared.ShouldBeGreaterThan(run.State.Find("named")!.WholeTokens); // it is an artifact, and the agent gets it whole
    }

    [Fact]
    public void History_HasTheSameRecord_WithoutTexts()
    {
        var run = Run(400);

        var record = run.Log.Single(e => e.TaskWindowed is not null).TaskWindowed.Window;
        record.Parts.ShouldAllBe(part => part.Text == "");
        var told = Assignments.Of(run.State, run.State.Find("review")!).Window;
        foreach (var part in told.Parts)
        {
            part.Text = "";
        }

        record.ShouldBe(told);
    }

    private static readonly string Long = string.Join(' ', Enumerable.Range(1, 30).Select(n => $"Line {n} of the minutes is about the weather.")) + " " + Hashing;

    private static TaskWindow Window(int tokens)
    {
        var run = Run(tokens);
        return Assignments.Of(run.State, run.State.Find("review")!).Window;
    }

    private static RunDriver Run(int tokens)
    {
        var run = RunDriver.Started(Of(
            Task("garden"), Task("hashing"), Task("needed"), Task("named"),
            Task("review", "garden", "hashing", "needed", "named").With(task =>
            {
                task.DependsOn.Clear();
                task.DependsOn.Add(["needed", "named"]);
                task.Description = "Review how passwords are hashed at login";
                task.Window = new ContextWindow { Tokens = tokens };
                task.Input = Output(("text", Value.ForString("${named.text}")));
            })));
        run.Work("garden", ("text", Value.ForString(Garden)));
        run.Work("hashing", ("text", Value.ForString(tokens >= 400 && tokens < 1000 ? Hashing : Long)));
        run.Work("named", ("text", Value.ForString("This is the declared input.")));
        run.Work("needed", ("text", Value.ForString("Needed.")));
        run.Start("review");
        return run;
    }
}
