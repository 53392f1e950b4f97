using System.Globalization;
using Grpc.Core;
using Orchestrator.Planning;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>Reads a query string. A parameter that is not known, or given more often than allowed, is refused.</summary>
internal sealed class QueryReader
{
    private readonly IQueryCollection _query;

    public QueryReader(HttpContext context, params string[] known)
    {
        _query = context.Request.Query;
        foreach (var name in _query.Keys.Where(name => !known.Contains(name, StringComparer.Ordinal)))
        {
            var rest = known.Length == 0 ? "there are none here"
                : Suggestions.Nearest(name, known) is { } nearest ? $"did you mean '{nearest}'?"
                : $"the parameters here are {string.Join(", ", known)}";
            throw Refused(name, $"The query parameter '{name}' is not known; {rest}");
        }
    }

    public string Text(string name)
    {
        var values = _query[name];
        return values.Count <= 1 ? values.ToString() : throw Refused(name, $"{name} is given {values.Count} times; once is allowed");
    }

    public bool Flag(string name) => Text(name) switch
    {
        "" or "false" => false,
        "true" => true,
        var other => throw Refused(name, $"{name} is '{Shorten(other)}'; it must be true or false"),
    };

    /// <summary>A whole number from 0; null: it is not given.</summary>
    public long? Number(string name) => Text(name) is { Length: > 0 } text ? ParseNumber(name, text) : null;

    /// <summary>Every value of a parameter that may be repeated, as states.</summary>
    public IEnumerable<State> States(string name) => _query[name].Select(text => ParseState(name, text ?? ""));

    public static long ParseNumber(string name, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Refused(name, $"{name} is '{Shorten(text)}'; it must be a whole number from 0");

    private static State ParseState(string name, string text)
    {
        var values = TaskView.Descriptor.FindFieldByName("status").EnumType.Values;
        return values.Skip(1).FirstOrDefault(value => value.Name == text) is { } found
            ? (State)found.Number
            : throw Refused(name, $"{name} is '{Shorten(text)}'; it must be one of {string.Join(", ", values.Skip(1).Select(value => value.Name))}");
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private static RequestRefusedException Refused(string field, string message) =>
        new(StatusCode.InvalidArgument, "INVALID_INPUT", message.EndsWith('?') ? message : message + ".", field);
}
