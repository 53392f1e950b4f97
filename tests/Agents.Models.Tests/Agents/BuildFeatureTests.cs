using Agents.Developer;
using Agents.Planner;
using Agents.Researcher;
using Agents.Reviewer;
using Agents.Rules.Patches;
using Agents.Writer;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Agents.Models.Tests.Agents;

/// <summary>The playbook build-feature from the request to the report, on a small Python project whose tests really run.</summary>
public sealed class BuildFeatureTests : IAsyncLifetime
{
    private const string Document = "# Accounts\n\nA password is hashed with scrypt and a salt of its own.\n\nAfter five failed attempts an account is locked.\n";
    private const string App = "def health():\n    return \"ok\"\n";
    private const string TestApp = "import unittest\nfrom app import health\n\n\nclass AppTest(unittest.TestCase):\n    def test_health(self):\n        self.assertEqual(health(), \"ok\")\n";

    private readonly BuildFeatureScript _script = new();
    private ModelSystem? _system;

    public async Task InitializeAsync()
    {
        _system = await ModelSystem.StartAsync(
            new TemporaryFiles { ["docs/accounts.md"] = Document, ["app.py"] = App, ["test_app.py"] = TestApp },
            ["--Tools:AllowedCommands:0=python3 -m unittest"],
            host => host.AddPlanner(), host => host.AddModels().AddAgent<ResearcherAgent>(), host => host.AddDeveloper(), host => host.AddReviewer(), host => host.AddModels().AddAgent<WriterAgent>());
        _system.Server.Otherwise = _script.Answer;
    }

    public async Task DisposeAsync() => await _system!.DisposeAsync();

    [Fact]
    public async Task BuildAFeature_SevenSteps_FailingTestsAndReviewLeadToRevisionsAndApproval()
    {
        var (result, events) = await _system!.RunAsync(new SubmitRunRequest
        {
            Request = "Build user authentication: how is a password hashed, and sign up and sign in with it.",
            Playbook = "build-feature",
            Inputs = new Struct { Fields = { ["test"] = Value.ForList(Value.ForString("python3"), Value.ForString("-m"), Value.ForString("unittest")) } },
        });

        result.Status.ShouldBe(State.Completed, result.ToString());
        result.Tasks.Where(task => task.Status == State.Completed).Select(task => task.Id)
            .ShouldBe(["requirements", "design", "code", "tests", "security", "performance", "final", "final/review-1-review", "final/review-1-security", "final/review-2-review", "final/review-2-security", "report"], ignoreOrder: true);

        // The first version did not pass the tests that were there, and was told why.
        var code = _script.Said.Where(said => said.Asked == "code").Select(said => said.Prompt).ToList();
        code.Count.ShouldBe(5);
        code[0].ShouldContain("hashed with scrypt and a salt of its own");
        code[0].ShouldContain("scrypt with a salt: security before performance.");
        code[1].ShouldContain("No module named 'hashlb'");
        Output(events, "code").Fields["rounds"].NumberValue.ShouldBe(2);

        // The security review found the weak hash by rule and the missing limit by model; what the model invented was dropped.
        var security = Output(events, "security");
        security.Fields["score"].NumberValue.ShouldBeLessThan(85);
        Findings(security).ShouldContain(finding => finding.Fields["source"].StringValue == "rule" && finding.Fields["rule"].StringValue == "py-weak-hash");
        Findings(security).ShouldContain(finding => finding.Fields["source"].StringValue == "model" && finding.Fields["title"].StringValue == "Missing rate limiting");
        Findings(security).ShouldNotContain(finding => finding.Fields["title"].StringValue == "Invented");
        security.Fields["notes"].ToString().ShouldContain("auth.py:4000");

        // Final review: a score, a revision, a second review that approves.
        var scores = events.Where(e => e.ReviewScored?.TaskId == "final").Select(e => e.ReviewScored).ToList();
        scores.Select(scored => scored.Verdict).ShouldBe(["revise", "approved"]);
        scores[0].Score.ShouldBeLessThan(85);
        scores[1].Score.ShouldBeGreaterThanOrEqualTo(95);
        events.Count(e => e.RevisionRequested?.TaskId == "final").ShouldBe(1);
        code[4].ShouldContain("Missing rate limiting");

        // The change is whole: it makes the project of the last version out of the one that is there, which is untouched.
        var patches = PatchSet.Split(result.Output.Fields["diff"].StringValue);
        patches.Select(patch => patch.Path).ShouldBe(["app.py", "auth.py", "test_auth.py"]);
        PatchSet.TryApply(patches[0], App, out _, out _).ShouldBeTrue();
        PatchSet.TryApply(patches[1], null, out var auth, out _).ShouldBeTrue();
        auth!.ShouldContain("self._failed.get(name, 0) >= 5");
        auth!.ShouldNotContain("md5");
        var tests = result.Output.Fields["tests"].StructValue;
        (tests.Fields["passed"].NumberValue, tests.Fields["failed"].NumberValue).ShouldBe((2, 0));
        File.ReadAllText(Path.Combine(_system.Files.Path, "app.py")).ShouldBe(App);
        File.Exists(Path.Combine(_system.Files.Path, "auth.py")).ShouldBeFalse();

        // Who wrote what is on record, and every tool call was decided.
        Parts(result, "design").ShouldBe(["design"]);
        Parts(result, "final").ShouldBe(["diff", "summary"]);
        Parts(result, "report").ShouldBe(["summary"]);
        result.Output.Fields["summary"].StringValue.ShouldStartWith("The change gives accounts");
        events.Count(e => e.PolicyDecided is { Tool: "test.run" }).ShouldBeGreaterThan(5);
        events.Last(e => e.TaskOutput?.TaskId == "final").TaskOutput.Artifacts.ShouldContain(artifact => artifact.Name == "change.diff");
    }

    private static Struct Output(List<RunEvent> events, string task) => events.Last(e => e.TaskOutput?.TaskId == task).TaskOutput.Output;

    private static IEnumerable<Struct> Findings(Struct review) => review.Fields["findings"].ListValue.Values.Select(value => value.StructValue);

    private static List<string> Parts(RunResult result, string task) => [.. result.Tasks.Single(one => one.Id == task).ModelParts];
}
