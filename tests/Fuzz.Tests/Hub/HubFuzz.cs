using System.Globalization;
using System.Text;
using System.Text.Json;
using Fuzz.Tests.Engine;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Orchestrator.Api.Rest;
using Protos.V1;

namespace Fuzz.Tests.Hub;

/// <summary>What a client of the hub might say: the handshake, calls and streams of every method, answers and ends of what there is not, damaged.</summary>
internal sealed class HubFuzz(IReadOnlyList<string> words)
{
    /// <summary>How a client begins.</summary>
    public const string Handshake = """{"protocol":"json","version":1}""";

    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));
    private static readonly (string Name, MessageDescriptor Argument)[] s_methods =
    [
        ("WatchRun", WatchRunRequest.Descriptor), ("WatchProject", WatchProjectRequest.Descriptor), ("WatchApprovals", ListApprovalsRequest.Descriptor), ("CancelRun", CancelRunRequest.Descriptor),
        ("PauseRun", PauseRunRequest.Descriptor), ("ResumeRun", ResumeRunRequest.Descriptor), ("GuideRun", GuideRunRequest.Descriptor), ("DecideApproval", DecideApprovalRequest.Descriptor),
    ];

    private static readonly string[] s_handshakes =
        ["""{"protocol":"json","version":2}""", """{"protocol":"messagepack","version":1}""", """{"protocol":"json"}""", "{}", "[]", "", """{"protocol":null,"version":1e99}""", """{"type":6}"""];

    /// <summary>The names of the methods that are called.</summary>
    public static IEnumerable<string> Methods => s_methods.Select(method => method.Name);

    /// <summary>All that one client says.</summary>
    public byte[] Make(Random random)
    {
        var text = new StringBuilder(random.Next(15) == 0 ? s_handshakes[random.Next(s_handshakes.Length)] : Handshake).Append(HubConnection.End);
        var begin = text.Length;
        for (var count = random.Next(random.Next(20) == 0 ? 300 : 8); count > 0; count--)
        {
            text.Append(Message(random));
            if (random.Next(60) > 0)
                text.Append(HubConnection.End);
        }

        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        return random.Next(8) > 0 ? bytes : [.. bytes[..begin], .. Bytes.Mutate(random, bytes[begin..], bytes)];
    }

    private string Message(Random random) => random.Next(14) switch
    {
        < 5 => Call(random, 1),
        < 9 => Call(random, 4),
        9 => $$"""{"type":5,"invocationId":{{Id(random)}}}""",
        10 => $$"""{"type":{{random.Next(2, 4)}},"invocationId":{{Id(random)}},"item":{{Argument(random)}}{{(random.Next(2) == 0 ? ",\"error\":\"x\"" : "")}}}""",
        11 => random.Next(4) == 0 ? """{"type":7}""" : """{"type":6}""",
        12 => random.Next(3) switch { 0 => Texts.Nested(random), 1 => Quoted(Value(random)), _ => $$"""{"type":{{random.Next(-1, 12)}},"sequenceId":{{random.Next(-1, 5)}}}""" },
        _ => Texts.Mutate(random, Call(random, random.Next(2) == 0 ? 1 : 4).Replace(",", ",\n"), ""),
    };

    private string Call(Random random, int type)
    {
        var (name, argument) = s_methods[random.Next(s_methods.Length)];
        if (random.Next(12) == 0)
            name = random.Next(2) == 0 ? Value(random) : "OnConnectedAsync";
        var arguments = random.Next(10) > 0 ? Json(random, argument) : string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Argument(random)));
        var streams = random.Next(20) == 0 ? ",\"streamIds\":[\"s\",\"s\"]" : "";
        var id = random.Next(8) == 0 ? "" : $"\"invocationId\":{Id(random)},";
        return $$"""{"type":{{type}},{{id}}"target":{{Quoted(name)}},"arguments":[{{arguments}}]{{streams}}}""";
    }

    private string Argument(Random random) => random.Next(5) switch
    {
        0 => "null",
        1 => Texts.Nested(random),
        2 => Quoted(random.Next(6) == 0 ? new string('x', random.Next(2_000_000)) : Value(random)),
        3 => random.Next().ToString(CultureInfo.InvariantCulture),
        _ => Json(random, s_methods[random.Next(s_methods.Length)].Argument),
    };

    private string Json(Random random, MessageDescriptor type) => s_json.Format(Mended.Copy(Messages.Make(random, type, words, 4)));

    // Few, so that some come twice.
    private static string Id(Random random) => random.Next(20) == 0 ? "7" : $"\"{random.Next(6)}\"";

    private string Value(Random random) => random.Next(2) == 0 ? words[random.Next(words.Count)] : Texts.Word(random);

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
