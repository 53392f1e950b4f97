using System.Text.Json;
using Agents.Developer.Implementing;
using Agents.Hosting;
using Agents.Models.Tests.Server;
using Agents.Rules.Patches;
using Protos.V1;

namespace Agents.Models.Tests.Agents;

public sealed class DeveloperTests
{
    [Fact]
    public async Task Implement_FirstVersionFailsItsTests_IsToldAndTheSecondPasses()
    {
        await using var server = await ModelServer.StartAsync(
            Reply.Calls(("fs_list", "{}"), ("fs_read", """{"path":"cart.py"}""")),
            DeveloperTest.Write(("cart.py", DeveloperTest.Wrong), ("test_cart.py", DeveloperTest.NewTests)),
            DeveloperTest.Done("First."),
            DeveloperTest.Write(("cart.py", DeveloperTest.Right)),
            DeveloperTest.Done("A discount in per cent."));
        using var test = new DeveloperTest(server);

        var output = await test.RunAsync();

        server.Requests[1].Message(4).ShouldContain("path: cart.py");
        server.Requests[1].Message(4).ShouldContain(DeveloperTest.Source);
        server.Requests[3].LastMessage.ShouldContain("AssertionError: 99.9 != 90");
        (output.Rounds, output.Tests!.Passed, output.Tests.Failed, output.Unmet.Count).ShouldBe((2, 2, 0, 0));
        output.Summary.ShouldBe("A discount in per cent.");
        output.Files.Select(file => (file.File, file.Kind)).ShouldBe([("cart.py", "modified"), ("test_cart.py", "modified")]);
        var patches = PatchSet.Split(output.Diff);
        PatchSet.TryApply(patches[0], DeveloperTest.Source, out var after, out _).ShouldBeTrue();
        after.ShouldBe(DeveloperTest.Right);
        // The workspace is as it was; every call went through policy and into the record.
        File.ReadAllText(Path.Combine(test.Files.Path, "cart.py")).ShouldBe(DeveloperTest.Source);
        Directory.GetFileSystemEntries(test.Files.Path).Length.ShouldBe(2);
        test.Task.Events.Where(e => e.ToolCall is not null).Select(e => (e.ToolCall.Tool, e.ToolCall.Ok)).ShouldBe(
            [("test.run", true), ("fs.list", true), ("fs.read", true), ("fs.write", true), ("fs.write", true), ("test.run", true), ("fs.write", true), ("test.run", true)], ignoreOrder: true);
        var result = test.Task.Context.Finish(new()).Result;
        result.ModelParts.ShouldBe(["diff", "summary"]);
        result.Artifacts.ShouldHaveSingleItem().Name.ShouldBe("change.diff");
    }

    [Fact]
    public async Task Implement_NeverPasses_EndsAfterItsRoundsAndSaysSo()
    {
        await using var server = await ModelServer.StartAsync(
            DeveloperTest.Write(("cart.py", DeveloperTest.Wrong), ("test_cart.py", DeveloperTest.NewTests)), DeveloperTest.Done(),
            DeveloperTest.Write(("cart.py", DeveloperTest.Wrong)), DeveloperTest.Done());
        using var test = new DeveloperTest(server);

        var output = await test.RunAsync(new ImplementInput("Give discounts.", Test: DeveloperTest.Unittest, Rounds: 2));

        (output.Rounds, output.Tests!.Passed, output.Tests.Failed).ShouldBe((2, 1, 1));
        output.Tests.Output.ShouldContain("AssertionError");
        output.Unmet.ShouldBe(["1 of 2 tests fail."]);
    }

    [Fact]
    public async Task Implement_WithoutAModel_NamesTheSetting()
    {
        using var test = new DeveloperTest(null);

        var failure = await ModelTest.FailureAsync(() => test.RunAsync());

        failure.Code.ShouldBe(ModelFailureCodes.NotConfigured);
        failure.Retryable.ShouldBeFalse();
        failure.Message.ShouldContain("Models:Provider");
    }

    [Fact]
    public async Task Implement_TestCommandNotAllowed_NamesTheSettingAndAsksNoModel()
    {
        await using var server = await ModelServer.StartAsync();
        using var test = new DeveloperTest(server, allowed: "node --test");

        var failure = await ModelTest.FailureAsync(() => test.RunAsync());

        failure.Code.ShouldBe(FailureCodes.ToolDenied);
        failure.Message.ShouldContain("Tools:AllowedCommands");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Implement_ExpectedFileMissing_IsToldAndThenThere()
    {
        await using var server = await ModelServer.StartAsync(
            DeveloperTest.Write(("cart.py", DeveloperTest.Right)), DeveloperTest.Done(), DeveloperTest.Write(("docs/discounts.md", "# Discounts\n")), DeveloperTest.Done());
        using var test = new DeveloperTest(server, configure: assignment => assignment.ExpectedOutput = new ExpectedOutput { Files = { "docs/discounts.md" }, Tests = "all passing" });

        var output = await test.RunAsync();

        server.Requests[0].LastMessage.ShouldContain("files: docs/discounts.md");
        server.Requests[2].LastMessage.ShouldContain("The change must hold the file docs/discounts.md.");
        output.Unmet.ShouldBeEmpty();
        output.Files.ShouldContain(file => file.File == "docs/discounts.md" && file.Kind == "added" && file.Added == 1);
        output.Diff.ShouldContain("--- /dev/null\n+++ b/docs/discounts.md\n@@ -0,0 +1,1 @@\n+# Discounts\n");
    }

    [Fact]
    public async Task Implement_ChangedNothing_IsToldAndThenFails()
    {
        await using var server = await ModelServer.StartAsync();
        server.Otherwise = _ => DeveloperTest.Done();
        using var test = new DeveloperTest(server);

        var failure = await ModelTest.FailureAsync(() => test.RunAsync());

        failure.Code.ShouldBe(ModelFailureCodes.InvalidAnswer);
        failure.Message.ShouldContain("no file was written");
    }

    [Fact]
    public async Task Implement_SecretsInFiles_AreNeitherShownNorOverwritten()
    {
        const string Secret = "hunter2hunter2";
        await using var server = await ModelServer.StartAsync(
            Reply.Calls(("fs_read", """{"path":"settings.py"}""")),
            DeveloperTest.Write(("settings.py", "password = \"[REDACTED]\"\ndebug = False\n")),
            Reply.Calls(("fs_patch", JsonSerializer.Serialize(new { path = "settings.py", patch = "@@ -2,1 +2,1 @@\n-debug = True\n+debug = False\n" }))),
            DeveloperTest.Done());
        using var test = new DeveloperTest(server);
        test.Files["settings.py"] = $"password = \"{Secret}\"\ndebug = True\n";

        var output = await test.RunAsync();

        server.Requests.ShouldAllBe(request => !request.Text.Contains(Secret));
        server.Requests[1].LastMessage.ShouldContain("password = \"[REDACTED]\"");
        server.Requests[2].LastMessage.ShouldStartWith("Error: the text holds [REDACTED]");
        output.Diff.ShouldContain("-debug = True\n+debug = False\n");
        output.Files.ShouldHaveSingleItem().Added.ShouldBe(1);
    }

    [Fact]
    public async Task Implement_ChangeWithoutFindings_StaysAsItIs()
    {
        await using var server = await ModelServer.StartAsync();
        using var test = new DeveloperTest(server);
        var change = UnifiedDiff.Of("cart.py", DeveloperTest.Source, DeveloperTest.Right).Diff;

        var output = await test.RunAsync(new ImplementInput(
            "Give discounts.", Findings: JsonDocument.Parse("""[{"score":100,"findings":[]}]""").RootElement, Change: change, Test: DeveloperTest.Unittest));

        server.Requests.ShouldBeEmpty();
        (output.Diff, output.Rounds, output.Tests!.Passed).ShouldBe((change, 0, 1));
        test.Task.Context.Finish(new()).Result.ModelParts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Implement_CameBackFromReview_GoesOnFromItsChange()
    {
        await using var server = await ModelServer.StartAsync(DeveloperTest.Write(("cart.py", DeveloperTest.Right)), DeveloperTest.Done());
        var previous = new ImplementOutput { Diff = UnifiedDiff.Of("test_cart.py", DeveloperTest.Tests, DeveloperTest.NewTests).Diff, Files = [], Rounds = 1, Summary = "", Unmet = [], Note = "" };
        using var test = new DeveloperTest(server, configure: assignment => assignment.Revision = new Revision
        {
            Round = 1,
            PreviousOutput = AgentJson.ToStruct(previous),
            Review = AgentJson.ToStruct(new { score = 60, findings = new[] { new { severity = "HIGH", message = "The discount is not in per cent." } } }),
        });

        var output = await test.RunAsync();

        server.Requests[0].LastMessage.ShouldContain("The discount is not in per cent.");
        server.Requests[0].LastMessage.ShouldContain("1 passed, 1 failed");
        output.Files.Select(file => file.File).ShouldBe(["cart.py", "test_cart.py"]);
        output.Tests!.Passed.ShouldBe(2);
    }

    [Fact]
    public async Task Implement_FileNotNeededAnyMore_IsDeletedByTheChange()
    {
        await using var server = await ModelServer.StartAsync(
            DeveloperTest.Write(("cart.py", DeveloperTest.Right)), Reply.Calls(("fs_delete", """{"path":"old.py"}""")), DeveloperTest.Done());
        using var test = new DeveloperTest(server);
        test.Files["old.py"] = "def unused():\n    return 1\n";

        var output = await test.RunAsync();

        output.Files.Select(file => (file.File, file.Kind, file.Deleted)).ShouldContain(("old.py", "deleted", 2));
        output.Diff.ShouldContain("--- a/old.py\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-def unused():\n-    return 1\n");
        File.Exists(Path.Combine(test.Files.Path, "old.py")).ShouldBeTrue();
        await AppliesAsync(output.Diff, test.Files.Path);
        File.Exists(Path.Combine(test.Files.Path, "old.py")).ShouldBeFalse();
    }

    [Fact]
    public async Task Implement_GoesOnFromAChangeThatDeletes_KeepsTheDeletion()
    {
        await using var server = await ModelServer.StartAsync(DeveloperTest.Write(("cart.py", DeveloperTest.Right)), DeveloperTest.Done());
        using var test = new DeveloperTest(server);
        test.Files["old.py"] = "x = 1\n";
        test.Files["empty.py"] = "";

        var output = await test.RunAsync(new ImplementInput(
            "Give discounts.", Change: UnifiedDiff.Of("old.py", "x = 1\n", null).Diff + UnifiedDiff.Of("empty.py", "", null).Diff, Test: DeveloperTest.Unittest));

        output.Files.Select(file => (file.File, file.Kind)).ShouldBe([("cart.py", "modified"), ("empty.py", "deleted"), ("old.py", "deleted")]);
    }

    [Fact]
    public async Task Implement_FindingThatIsWrong_IsContestedWithArguments()
    {
        object Contested(string finding, params string[] arguments) => new { summary = "It stays.", unchanged = "The finding is wrong.", contested = new[] { new { finding, position = "Floats are exact enough.", criterion = "performance", arguments } } };
        await using var server = await ModelServer.StartAsync(
            Reply.Json(Contested("Other finding", "Because.")), Reply.Json(Contested("Inexact", " ")), Reply.Json(Contested("inexact", "Prices are whole cents, so every sum is exact.")));
        using var test = new DeveloperTest(server, configure: assignment => assignment.Revision = Reviewed(""));

        await test.RunAsync();

        server.Requests[1].LastMessage.ShouldContain("'Other finding' is no finding of the review; these are: 'Inexact'");
        server.Requests[2].LastMessage.ShouldContain("position and arguments must not be empty");
        var contest = test.Task.Context.Finish(new()).Result.Contested.ShouldHaveSingleItem();
        (contest.Finding, contest.Position, contest.Criterion).ShouldBe(("inexact", "Floats are exact enough.", "performance"));
        contest.Arguments.ShouldBe(["Prices are whole cents, so every sum is exact."]);
    }

    [Fact]
    public async Task Implement_FindingThatWasRuledOn_IsNotContestedAgain()
    {
        await using var server = await ModelServer.StartAsync(
            Reply.Json(new { summary = "No.", unchanged = "Wrong.", contested = new[] { new { finding = "Inexact", position = "Floats.", criterion = "style", arguments = new[] { "So." } } } }),
            DeveloperTest.Write(("cart.py", DeveloperTest.Right)), DeveloperTest.Done());
        using var test = new DeveloperTest(server, configure: assignment => assignment.Revision = Reviewed("stands"));

        await test.RunAsync();

        server.Requests[0].LastMessage.ShouldContain("- Inexact: stands. Use whole cents.");
        server.Requests[1].LastMessage.ShouldContain("'Inexact' was ruled on already: do what was ruled");
        test.Task.Context.Finish(new()).Result.Contested.ShouldBeEmpty();
    }

    private static Revision Reviewed(string ruled)
    {
        var previous = new ImplementOutput { Diff = UnifiedDiff.Of("cart.py", DeveloperTest.Source, DeveloperTest.Right).Diff, Files = [], Rounds = 1, Summary = "", Unmet = [], Note = "" };
        var revision = new Revision
        {
            Round = 1,
            PreviousOutput = AgentJson.ToStruct(previous),
            Review = AgentJson.ToStruct(new { score = 60, findings = new[] { new { severity = "MEDIUM", title = "Inexact", message = "Floats lose cents." } } }),
        };
        if (ruled.Length > 0)
            revision.Rulings.Add(new Ruling { Finding = "Inexact", Outcome = ruled, Decision = "Use whole cents." });
        return revision;
    }

    private static async Task AppliesAsync(string diff, string folder)
    {
        var start = new System.Diagnostics.ProcessStartInfo("git", ["apply", "-"]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardError = true, UseShellExecute = false };
        using var git = System.Diagnostics.Process.Start(start)!;
        await git.StandardInput.WriteAsync(diff);
        git.StandardInput.Close();
        var error = await git.StandardError.ReadToEndAsync();
        await git.WaitForExitAsync();
        git.ExitCode.ShouldBe(0, error);
    }
}
