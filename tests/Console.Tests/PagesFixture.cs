using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Agents.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Playwright;
using Orchestrator.Dispatch;
using Orchestrator.Tests.Engine;
using Protos.V1;
using Tests.Shared;
using static Orchestrator.Tests.Runs.Plans;

namespace Console.Tests;

/// <summary>A browser, and a running system with a small team that has worked already.</summary>
public sealed class PagesFixture : IAsyncLifetime
{
    public sealed record Topic(string Question, int MaxSources = 3, bool Deep = false);

    public sealed record Note(string Answer);

    public sealed record Draft(string Text, string? Style = null);

    public sealed record Code(string Text);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
    public sealed record ToReview(Code Output);

    public sealed record Issue(string Title, string Severity);

    public sealed record Scored(int Score, IReadOnlyList<Issue> Findings);

    private sealed class Lookup : IToolCatalog
    {
        public IReadOnlyCollection<ToolDeclaration> Declarations { get; } =
        [
            new ToolDeclaration("lookup", "Looks a question up in the documents.", JsonNode.Parse("""{"type": "object", "required": ["query"], "properties": {"query": {"type": "string", "description": "What to look for."}}}""")!.AsObject(), "documents team", "low"),
        ];
    }

    private IPlaywright? _playwright;
    private WebApplication? _researcher;
    private IBrowser? _browser;
    private TestSystem? _system;

    internal TestSystem System => _system!;

    /// <summary>Where the console is.</summary>
    public string Url { get; } = $"http://127.0.0.1:{FreePorts.Next()}";

    /// <summary>The rules in force; tests may write them.</summary>
    public string PolicyFile { get; } = Path.GetTempFileName();

    /// <summary>A run that has ended well.</summary>
    public string Ended { get; private set; } = "";

    internal Task<WatchedPage> OpenAsync(string path, int width = 1280, int height = 900, ColorScheme colors = ColorScheme.Light) =>
        WatchedPage.OpenAsync(_browser!, Url + path, width, height, colors);

    /// <summary>Looks at a page in the light, in the dark and on a phone: nothing serious by axe, nothing wider than the window, nothing that the browser complains about.</summary>
    internal async Task LookAsync(string path, string name, string sees)
    {
        foreach (var (kind, width, height, colors) in new[] { ("", 1280, 900, ColorScheme.Light), ("-dark", 1280, 900, ColorScheme.Dark), ("-phone", 360, 740, ColorScheme.Light) })
        {
            await using var page = await OpenAsync(path, width, height, colors);
            await page.SeesAsync(sees);
            await page.PictureAsync(name + kind);
            await page.ShouldBeAccessibleAsync();
            page.ShouldBeQuiet();
        }
    }

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(PolicyFile, await File.ReadAllTextAsync(Path.Combine(Repository.Root, "policies/tools.json")));
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
        _system = await TestSystem.StartAsync($"--Kestrel:Endpoints:http:Url={Url}", $"--Policy:File={PolicyFile}", "--Policy:ReloadSeconds=0");
        await AddAgentsAsync(_system);
        var plan = Of(
            Task("ask").With(task => (task.Role, task.TaskType, task.Input) = ("researcher", "answer", Output(("question", Google.Protobuf.WellKnownTypes.Value.ForString("Who holds a lease?"))))),
            Task("write", "ask").With(task => (task.Role, task.TaskType, task.Review, task.Input) = ("developer", "implement", new ReviewGate { Threshold = 80, MaxRounds = 3 }, Output(("text", Google.Protobuf.WellKnownTypes.Value.ForString("A first draft."))))));
        for (var i = 0; i < 2; i++)
        {
            Ended = await _system.SubmitAsync(plan.Clone());
            var last = (await _system.WatchAsync(Ended))[^1];
            last.RunCompleted.ShouldNotBeNull(last.ToString());
        }
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_researcher is not null)
        {
            await _researcher.StopAsync();
            await _researcher.DisposeAsync();
        }

        if (_system is not null)
        {
            await _system.DisposeAsync();
        }

        File.Delete(PolicyFile);
    }

    private static async Task<Note> AnswerAsync(Topic topic, TaskContext context, CancellationToken cancellationToken) =>
        new(await context.CallToolAsync("lookup", new { query = topic.Question }, (_, _) => global::System.Threading.Tasks.Task.FromResult("The replica that owns the partition."), cancellationToken));

    private async Task AddAgentsAsync(TestSystem system)
    {
        var researcher = AgentHost.Create([$"--services:orchestrator:grpc:0={system.GrpcUrl}", "--Logging:LogLevel:Default=Warning", "--Agents:DrainSeconds=1", "--Agents:InstanceName=researcher-1"])
            .AddAgent("researcher", agent => agent.Describe("Answers questions from the documents it is given, with citations.", "Researcher", "1.2.0").Limit(maxParallel: 4).UseTools("lookup")
                .OnTask<Topic, Note>("answer", AnswerAsync, "Answers a question in a few sentences."));
        researcher.Services.AddSingleton<IToolCatalog>(new Lookup());
        _researcher = researcher.Build();
        await _researcher.StartAsync();
        await TestSystem.Until(() => system.Services.GetRequiredService<IAgentDirectory>().List("researcher").Count == 1, "the researcher has joined");
        for (var i = 1; i <= 2; i++)
        {
            await system.AddAgentAsync("developer", agent => agent.Describe("Writes code and its tests.", "Developer", "2.0.1").Limit(maxParallel: 2)
                .OnTask<Draft, Code>("implement", (draft, context, _) => global::System.Threading.Tasks.Task.FromResult(new Code(context.Revision is null ? draft.Text : "A better draft.")), "Implements what the task describes."),
                $"--Agents:InstanceName=developer-{i}");
        }

        await system.AddAgentAsync("reviewer", agent => agent.Describe("Scores what others made, with findings by severity.", "Reviewer", "1.0.0")
            .OnTask<ToReview, Scored>("review", (input, _, _) => global::System.Threading.Tasks.Task.FromResult(
                input.Output.Text.Contains("better", StringComparison.Ordinal) ? new Scored(92, []) : new Scored(55, [new Issue("No tests", "HIGH"), new Issue("A name is unclear", "LOW")]))),
            "--Agents:InstanceName=reviewer-1");
    }
}

/// <summary>Tests that share the browser and the team: each makes runs of its own.</summary>
[CollectionDefinition(Name)]
public sealed class PagesTests : ICollectionFixture<PagesFixture>
{
    public const string Name = "pages";
}
