using Agents.Hosting;
using Agents.Models.Tests.Server;
using Agents.Testing;
using Microsoft.Extensions.Configuration;
using Protos.V1;

namespace Agents.Models.Tests;

/// <summary>A task's model, as an agent gets it, at a scripted server.</summary>
internal sealed class ModelTest
{
    public const string Key = "sk-test-0123456789abcdef0123";

    private readonly AgentModels _models;

    public ModelTest(ModelServer server, TimeProvider? time = null, params (string Name, string Value)[] settings)
        : this(time, [("Models:Provider", "openai"), ("Models:Model", "scripted"), ("Models:OpenAI:Endpoint", server.Endpoint), ("Models:OpenAI:ApiKey", Key), ("Models:BackoffSeconds", "0.001"), .. settings])
    {
    }

    public ModelTest(TimeProvider? time, params (string Name, string Value)[] settings) => _models = AgentModels.Read(Settings(settings), time);

    public TestTaskContext Task { get; } = new();

    /// <summary>The role <c>tester</c>'s.</summary>
    public TaskModel Model => _models.For("tester", Task.Context)!;

    public IReadOnlyList<ModelCall> Calls => [.. Task.Events.Where(e => e.ModelCall is not null).Select(e => e.ModelCall)];

    public Task<string> WriteAsync(string prompt = "Say hello.") => Model.WriteAsync("text", "Be brief.", prompt, CancellationToken.None);

    public Task<Greeting> AskAsync(string prompt = "Greet somebody.") => Model.AskAsync<Greeting>("greeting", "Be kind.", prompt, CancellationToken.None);

    /// <summary>In one piece, as agents ask for records.</summary>
    public async Task<string> AskTextAsync() => (await Model.Client("test").GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Hello")])).Text;

    public static IConfiguration Settings(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.GroupBy(setting => setting.Name).Select(same => KeyValuePair.Create<string, string?>(same.Key, same.Last().Value))).Build();

    public static async Task<TaskFailedException> FailureAsync(Func<Task> work) => await Should.ThrowAsync<TaskFailedException>(work);
}

internal sealed record Greeting(string Words, int Times);
