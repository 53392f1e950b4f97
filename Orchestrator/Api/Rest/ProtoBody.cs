using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Orchestrator.Contracts;
using Orchestrator.Processing;

namespace Orchestrator.Api.Rest;

/// <summary>Protobuf messages as JSON bodies: proto3 JSON, with the field names of the .proto files.</summary>
internal static class ProtoBody
{
    private static readonly JsonFormatter s_formatter = new(
        JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithFormatDefaultValues(true));

    private static readonly JsonParser s_parser = new(JsonParser.Settings.Default.WithRecursionLimit(ProtoJson.MaxDepth + 8));

    /// <summary>A message as one line of JSON.</summary>
    public static string ToJson(IMessage message)
    {
        try
        {
            return s_formatter.Format(message);
        }
        catch (InvalidOperationException)
        {
            return s_formatter.Format(Mended.Copy(message));
        }
    }

    /// <summary>An answer.</summary>
    public static IResult Result(IMessage message, int status = StatusCodes.Status200OK) =>
        Results.Text(ToJson(message), "application/json", Encoding.UTF8, status);

    /// <summary>Reads the body of a request.</summary>
    /// <param name="optional">Whether an empty body stands for an empty message.</param>
    /// <param name="required">A field that must be there, for its absence would read as false or 0.</param>
    /// <exception cref="RequestRefusedException">It is too large, no JSON, or not this message; the message says where.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, bool optional = false, string? required = null)
        where T : IMessage<T>, new()
    {
        var body = await ReadBytesAsync(context.Request, context.RequestAborted);
        if (body.Length == 0)
            return optional ? new T() : throw Refused("body", "INVALID_JSON", "The body is empty; a JSON object is required.");
        if (!context.Request.HasJsonContentType())
            throw new MediaTypeRefusedException(context.Request.ContentType);
        return Parse<T>(body, required);
    }

    /// <summary>Checks a field of the body that the path has already.</summary>
    /// <exception cref="RequestRefusedException">They differ.</exception>
    public static void SameAsPath(string inBody, string inPath, string field)
    {
        if (inBody.Length > 0 && inBody != inPath)
            throw Refused(field, "INVALID_INPUT", $"{field} is '{(inBody.Length <= 100 ? inBody : inBody[..100] + "…")}'; it must be left out, or be '{inPath}' as in the path.");
    }

    /// <summary>Reads JSON that is at hand; as <see cref="ReadAsync"/>.</summary>
    public static T Parse<T>(ReadOnlyMemory<byte> body, string? required)
        where T : IMessage<T>, new()
    {
        if (!Utf8.IsValid(body.Span))
            throw Refused("body", "INVALID_JSON", "The body is not JSON: it is not UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(WithoutMark(body), new JsonDocumentOptions { MaxDepth = ProtoJson.MaxDepth, AllowDuplicateProperties = false });
            ProtoShape.Check(document.RootElement, new T().Descriptor, "");
            if (required is not null && (!document.RootElement.TryGetProperty(required, out var there) || there.ValueKind == JsonValueKind.Null))
                throw Refused(required, "INVALID_INPUT", $"{required} is missing; it is required.");
            return s_parser.Parse<T>(Encoding.UTF8.GetString(WithoutMark(body).Span));
        }
        catch (JsonException failure)
        {
            var place = failure.LineNumber is { } line ? $" at line {line + 1}, byte {failure.BytePositionInLine + 1}" : "";
            // The position is in the message already, counted from 0.
            var cut = failure.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            throw Refused("body", "INVALID_JSON", $"The body is not JSON{place}: {(cut < 0 ? failure.Message : failure.Message[..cut])}");
        }
        catch (Exception failure) when (failure is InvalidProtocolBufferException or InvalidJsonException or InvalidOperationException)
        {
            throw Refused("body", "INVALID_INPUT", $"The body is no {new T().Descriptor.Name}: {failure.Message}");
        }
    }

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body) =>
        body.Span.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body;

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > RequestLimits.MaxRequestBytes)
            throw TooLarge(request.ContentLength.Value);
        var buffer = new ArrayBufferWriter<byte>(Math.Max((int)(request.ContentLength ?? 4096), 1));
        int read;
        while ((read = await request.Body.ReadAsync(buffer.GetMemory(4096), cancellationToken)) > 0)
        {
            buffer.Advance(read);
            if (buffer.WrittenCount > RequestLimits.MaxRequestBytes)
                throw TooLarge(buffer.WrittenCount);
        }

        return buffer.WrittenMemory;
    }

    private static RequestRefusedException TooLarge(long bytes) =>
        Refused("body", "TOO_LARGE", $"The body has {bytes} bytes or more; at most {RequestLimits.MaxRequestBytes} are allowed.");

    private static RequestRefusedException Refused(string field, string code, string message) =>
        new(StatusCode.InvalidArgument, code, message, field);
}
