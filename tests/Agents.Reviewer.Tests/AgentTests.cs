using System.Text.Json;
using Agents.Developer;
using Agents.Hosting;
using Agents.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agents.Reviewer.Tests;

public sealed class AgentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ReviewerAgent _reviewer = new(NullLogger<ReviewerAgent>.Instance);
    private readonly DeveloperAgent _developer = new(NullLogger<DeveloperAgent>.Instance);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fix_OutputsOfReviewersAsTheyCome_ReadsListsInListsAndNulls()
    {
        _folder.Write("src/a.js", "function f() {\n  debugger;\n}\n");
        var context = new TestTaskContext(_folder.Root).Context;
        var quality = await _reviewer.QualityAsync(new SourceInput(Area: "all"), context, CancellationToken.None);
        quality.Area.ShouldBe("all");
        var security = await _reviewer.SecurityAsync(new SourceInput(), context, CancellationToken.None);
        var handedOn = JsonSerializer.SerializeToElement(new object?[] { null, security, new object?[] { quality, null } }, AgentJson.Options);

        var fix = await _developer.FixAsync(new DeveloperAgent.Input(handedOn), context, CancellationToken.None);

        fix.Applied.ShouldBeTrue(fix.Note);
        fix.Rule.ShouldBe("js-debugger-statement");
        var review = await _reviewer.ReviewAsync(new ReviewInput(JsonSerializer.SerializeToElement(fix, AgentJson.Options)), context, CancellationToken.None);
        review.Verdict.ShouldBe("approved", review.Summary);
    }

    [Fact]
    public async Task Security_Output_HasTheAgreedFields()
    {
        _folder.Write("a.js", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';\n");
        var output = await _reviewer.SecurityAsync(new SourceInput(), new TestTaskContext(_folder.Root).Context, CancellationToken.None);
        var json = JsonSerializer.SerializeToElement(output, AgentJson.Options);

        foreach (var name in new[] { "category", "findings", "files_scanned", "lines_scanned", "rules", "skipped" })
        {
            json.TryGetProperty(name, out _).ShouldBeTrue(name);
        }

        var finding = json.GetProperty("findings")[0];
        foreach (var name in new[] { "rule", "title", "category", "severity", "cwe", "file", "start_line", "end_line", "message", "remedy", "snippet" })
        {
            finding.TryGetProperty(name, out _).ShouldBeTrue(name);
        }
    }

    [Fact]
    public async Task Security_PathOutside_FailsWithTheField()
    {
        var error = await Should.ThrowAsync<TaskFailedException>(() => _reviewer.SecurityAsync(new SourceInput(Paths: ["../x"]), new TestTaskContext(_folder.Root).Context, CancellationToken.None));
        error.Code.ShouldBe(FailureCodes.InvalidInput);
        error.Message.ShouldContain("paths[0]");
    }

    [Theory]
    [InlineData("[1]", "findings[0]")]
    [InlineData("[{\"rule\":\"x\"}]", "findings[0]")]
    public async Task Fix_SomethingElseThanFindings_FailsWithThePlace(string findings, string place)
    {
        var input = new DeveloperAgent.Input(JsonDocument.Parse(findings).RootElement);
        var error = await Should.ThrowAsync<TaskFailedException>(() => _developer.FixAsync(input, new TestTaskContext(_folder.Root).Context, CancellationToken.None));
        error.Code.ShouldBe(FailureCodes.InvalidInput);
        error.Message.ShouldContain(place);
    }
}
