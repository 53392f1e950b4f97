using System.Text;
using Fuzz.Tests.Engine;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Protos.V1;

namespace Fuzz.Tests.Rest;

/// <summary>Requests for every route: with paths, queries, headers and bodies that fit, nearly fit, or do not.</summary>
internal sealed class RestFuzz
{
    private static readonly string[] s_methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "get", "X"];
    private static readonly string[] s_query = ["after", "page_size", "page_token", "status", "playbook", "role", "kind", "run", "agent", "tool", "text", "include_outputs", "mine", "from", "to", "days", "x"];
    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));
    private static readonly MessageDescriptor[] s_bodies =
    [
        SubmitRunRequest.Descriptor, CancelRunRequest.Descriptor, PauseRunRequest.Descriptor, GuideRunRequest.Descriptor, RetryRunRequest.Descriptor, DecideApprovalRequest.Descriptor,
        Schedule.Descriptor, ValidatePlaybookRequest.Descriptor, PreviewPlanRequest.Descriptor, ValidatePolicyRequest.Descriptor, TestPolicyRequest.Descriptor, TryAgentRequest.Descriptor,
    ];

    private readonly IReadOnlyList<string> _words;
    private readonly (string Method, RoutePattern Pattern)[] _routes;

    public RestFuzz(EndpointDataSource endpoints, IReadOnlyList<string> words)
    {
        _words = words;
        _routes = [.. endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText?.StartsWith("/agents.v1.", StringComparison.Ordinal) == false)
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => (method, endpoint.RoutePattern)))];
    }

    /// <summary>How many routes there are.</summary>
    public int Routes => _routes.Length;

    /// <summary>Makes a request.</summary>
    public (string Path, byte[] Request) Make(Random random)
    {
        var (method, pattern) = _routes[random.Next(_routes.Length)];
        var path = Path(random, pattern);
        if (random.Next(2) == 0)
            path += "?" + string.Join('&', Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"{Query(random)}={Escaped(random, Value(random))}"));
        if (random.Next(12) == 0)
            method = s_methods[random.Next(s_methods.Length)];
        var body = method is "GET" or "HEAD" && random.Next(8) > 0 ? [] : Body(random);
        var head = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        if (body.Length > 0 || random.Next(4) == 0)
            head.Append($"Content-Type: {ContentType(random)}\r\nContent-Length: {(random.Next(40) == 0 ? Value(random) : body.Length)}\r\n");
        for (var more = random.Next(4) == 0 ? random.Next(4) : 0; more > 0; more--)
            head.Append($"{Header(random)}: {Value(random)}\r\n");
        byte[] request = [.. Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), .. body];
        return (path, random.Next(25) == 0 ? Bytes.Mutate(random, request, request) : request);
    }

    private string Path(Random random, RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        _ => Escaped(random, Value(random)),
    }))));

    private byte[] Body(Random random)
    {
        var text = s_json.Format(Orchestrator.Api.Rest.Mended.Copy(Messages.Make(random, s_bodies[random.Next(s_bodies.Length)], _words, 4))).Replace("\"_\":", random.Next(2) == 0 ? "\"\":" : "\"_\":", StringComparison.Ordinal);
        return random.Next(5) switch
        {
            0 => Encoding.UTF8.GetBytes(Texts.Mutate(random, text.Replace(",", ",\n"), "")),
            1 => Bytes.Mutate(random, Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(text)),
            2 when random.Next(3) == 0 => Encoding.UTF8.GetBytes(Texts.Nested(random)),
            3 when random.Next(3) == 0 => Encoding.UTF8.GetBytes($"__token=x&{Value(random)}={Value(random)}"),
            _ => Encoding.UTF8.GetBytes(text),
        };
    }

    private string Value(Random random) => random.Next(2) == 0 ? _words[random.Next(_words.Count)] : Texts.Word(random);

    private string Query(Random random) => random.Next(10) == 0 ? Escaped(random, Value(random)) : s_query[random.Next(s_query.Length)];

    private static string Escaped(Random random, string text) => random.Next(12) == 0 ? text : Uri.EscapeDataString(text.Replace("\ud800", ""));

    private static string ContentType(Random random) => random.Next(10) switch
    {
        0 => "text/plain",
        1 => "application/x-www-form-urlencoded",
        2 => "multipart/form-data; boundary=x",
        3 => "application/json; charset=utf-16",
        4 => Texts.Word(random),
        _ => "application/json",
    };

    private static string Header(Random random) => random.Next(9) switch
    {
        0 => "Last-Event-ID",
        1 => "Accept",
        2 => "If-None-Match",
        3 => "Cookie",
        4 => "Transfer-Encoding",
        5 => "Range",
        6 => "traceparent",
        7 => "Expect",
        _ => "X-Any",
    };
}
