using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Fuzz.Tests.Calls;

/// <summary>gRPC without a client: any bytes at any path, over a real HTTP/2 connection.</summary>
/// <param name="address">Of the server.</param>
/// <param name="authorization">Shown with each call. Null: none.</param>
internal sealed class RawCall(string address, string? authorization = null) : IDisposable
{
    private const int DeadlineExceeded = 4;
    private const long Http2Cancel = 8;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address) };

    /// <summary>What came back.</summary>
    /// <param name="Http">HTTP status.</param>
    /// <param name="Grpc">gRPC status; null: none was told.</param>
    /// <param name="Message">Its words.</param>
    public sealed record Answer(HttpStatusCode Http, int? Grpc, string Message);

    /// <summary>Calls, and waits for the answer for as long as it takes.</summary>
    public Task<Answer> AskAsync(string path, byte[] body) => SendAsync(path, body, [], "60S");

    /// <summary>Calls; what watches or waits ends by itself soon.</summary>
    /// <param name="path">E.g. <c>/agents.v1.OrchestratorService/GetRun</c>.</param>
    /// <param name="body">Frames, or what pretends to be.</param>
    /// <param name="headers">More headers.</param>
    public Task<Answer> SendAsync(string path, byte[] body, params IEnumerable<(string Name, string Value)> headers) => SendAsync(path, body, headers, "250m");

    /// <summary>A message with its length before it.</summary>
    public static byte[] Frame(byte[] message)
    {
        var frame = new byte[message.Length + 5];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer> SendAsync(string path, byte[] body, IEnumerable<(string Name, string Value)> headers, string timeout)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        request.Headers.Add("grpc-timeout", timeout);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("authorization", authorization);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await response.Content.CopyToAsync(Stream.Null);
            return new Answer(response.StatusCode, Status(response), Text(response, "grpc-message"));
        }
        catch (Exception reset) when (IsCancel(reset))
        {
            // A deadline that passes ends the stream, in the middle of an answer or before it.
            return new Answer(HttpStatusCode.OK, DeadlineExceeded, reset.Message);
        }
    }

    private static bool IsCancel(Exception? reset) => reset is HttpProtocolException { ErrorCode: Http2Cancel } || (reset is not null && IsCancel(reset.InnerException));

    private static int? Status(HttpResponseMessage response) =>
        int.TryParse(Text(response, "grpc-status"), CultureInfo.InvariantCulture, out var status) ? status : null;

    private static string Text(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var trailing) ? string.Join(',', trailing)
        : response.Headers.TryGetValues(name, out var leading) ? string.Join(',', leading) : "";
}
