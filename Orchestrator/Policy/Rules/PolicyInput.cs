using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;

namespace Orchestrator.Policy.Rules;

/// <summary>What a call is judged by: the <c>input</c> of the Rego, and of the built-in evaluator.</summary>
internal sealed record PolicyInput
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public required string Tool { get; init; }

    /// <summary>As the contract says; empty: it does not.</summary>
    public string Risk { get; init; } = "";

    public string Role { get; init; } = "";

    /// <summary>The instance's name.</summary>
    public string Agent { get; init; } = "";

    public string Tenant { get; init; } = "";

    public string Principal { get; init; } = "";

    public string Playbook { get; init; } = "";

    public string RunId { get; init; } = "";

    public string TaskId { get; init; } = "";

    public int Attempt { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public PolicyMoment Time { get; init; } = new("mon", "00:00");

    public PolicyFacts Facts { get; init; } = PolicyFacts.None;

    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Json)!.AsObject();
}

/// <summary>When, in UTC.</summary>
/// <param name="Day"><c>mon</c> to <c>sun</c>.</param>
/// <param name="Clock">E.g. <c>08:05</c>.</param>
internal sealed record PolicyMoment(string Day, string Clock)
{
    public static PolicyMoment Of(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        return new PolicyMoment(utc.ToString("ddd", CultureInfo.InvariantCulture).ToLowerInvariant(), utc.ToString("HH:mm", CultureInfo.InvariantCulture));
    }
}

/// <summary>
/// What the arguments come to, by name: read once here, so that every evaluator judges the same. A list has the facts of
/// each of its items; objects have none.
/// </summary>
internal sealed record PolicyFacts(
    IReadOnlyDictionary<string, IReadOnlyList<string>> Values,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Paths,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Hosts,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Verbs)
{
    private static readonly Dictionary<string, IReadOnlyList<string>> Nothing = [];

    public static PolicyFacts None { get; } = new(Nothing, Nothing, Nothing, Nothing);

    public static PolicyFacts Of(Struct? arguments)
    {
        if (arguments is null || arguments.Fields.Count == 0)
        {
            return None;
        }

        var values = arguments.Fields.ToDictionary(field => field.Key, field => Texts(field.Value), StringComparer.Ordinal);
        return new PolicyFacts(values, Each(PathOf), Each(HostOf), Each(SqlVerbs.Of));

        Dictionary<string, IReadOnlyList<string>> Each(Func<string, IEnumerable<string>> read) =>
            values.ToDictionary(value => value.Key, value => (IReadOnlyList<string>)[.. value.Value.SelectMany(read)], StringComparer.Ordinal);
    }

    /// <summary>The path with <c>.</c>, <c>..</c> and double slashes taken out; one that leads above its begin starts with <c>../</c>.</summary>
    public static IEnumerable<string> PathOf(string text)
    {
        var parts = new List<string>();
        foreach (var part in text.Replace('\\', '/').Split('/'))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part == ".." ? !text.StartsWith('/') : part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        var path = string.Join('/', parts);
        return [text.StartsWith('/') ? "/" + path : path.Length == 0 ? "." : path];
    }

    private static IEnumerable<string> HostOf(string text) =>
        text.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? [uri.IdnHost.ToLowerInvariant()] : [];

    private static IReadOnlyList<string> Texts(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => [value.StringValue],
        Value.KindOneofCase.NumberValue => [value.NumberValue.ToString("R", CultureInfo.InvariantCulture)],
        Value.KindOneofCase.BoolValue => [value.BoolValue ? "true" : "false"],
        Value.KindOneofCase.ListValue => [.. value.ListValue.Values.SelectMany(Texts)],
        _ => [],
    };
}
