using Google.Protobuf;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Tests.Runs;

/// <summary>Logs of earlier releases are read as they were. See tests/Histories/README.md.</summary>
public class HistoryTests
{
    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithIndentation("  "));
    private static readonly bool s_update = Environment.GetEnvironmentVariable("UPDATE_HISTORIES") == "1";
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "Histories");

    public static TheoryData<string> Names =>
        [.. Directory.EnumerateFiles(s_folder, "*.binpb").Select(file => Path.GetFileNameWithoutExtension(file)!).Union(HistoryShapes.All.Keys).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Load_RecordedHistory_GivesTheSameRun(string name)
    {
        var (log, view) = (Path.Combine(s_folder, $"{name}.binpb"), Path.Combine(s_folder, $"{name}.json"));
        if (s_update && !File.Exists(log))
        {
            Record(HistoryShapes.All[name]().Log, log);
        }

        var events = Read(log);
        var state = RunState.Load(events);
        var run = s_json.Format(RunViews.Run(state, includeOutputs: true, state.UpdatedAt)) + "\n";
        if (s_update)
        {
            File.WriteAllText(view, run);
        }

        run.ShouldBe(File.ReadAllText(view));
        var (loaded, _) = RunSnapshot.Load(RunSnapshot.Save(RunState.Load(events.Take(events.Count / 2)), ByteString.Empty), events.Skip(events.Count / 2))!.Value;
        (s_json.Format(RunViews.Run(loaded, includeOutputs: true, loaded.UpdatedAt)) + "\n").ShouldBe(run);
    }

    [Fact]
    public void Histories_HaveEveryEvent()
    {
        var seen = HistoryShapes.All.Keys.SelectMany(name => Read(Path.Combine(s_folder, $"{name}.binpb"))).Select(e => e.BodyCase).ToHashSet();

        Enum.GetValues<RunEvent.BodyOneofCase>().Where(body => body != RunEvent.BodyOneofCase.None && !seen.Contains(body)).ShouldBeEmpty();
    }

    private static List<RunEvent> Read(string file)
    {
        using var input = new CodedInputStream(File.OpenRead(file));
        var events = new List<RunEvent>();
        while (!input.IsAtEnd)
        {
            var e = new RunEvent();
            input.ReadMessage(e);
            events.Add(e);
        }

        return events;
    }

    private static void Record(IEnumerable<RunEvent> events, string file)
    {
        using var output = File.Create(file);
        foreach (var e in events)
        {
            e.WriteDelimitedTo(output);
        }
    }
}
