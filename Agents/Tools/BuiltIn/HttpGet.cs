using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Agents.Tools.BuiltIn;

/// <summary>
/// http.get: one page of an allowed host. The address that the name leads to is looked at where the connection is made, so
/// a name that changes its mind in between gains nothing; every redirect is a new question.
/// </summary>
internal sealed class HttpGet : IDisposable
{
    private const int MostRedirects = 5;
    private readonly ToolOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    public HttpGet(ToolOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false, // a proxy would look the name up itself
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("agents/1.0");
    }

    public void Dispose() => _client.Dispose();

    [Tool("http.get", Description = "Fetches a page of an allowed host; HTML becomes text: {url, status, media_type, title, text, truncated}.", Risk = ToolRisk.Medium)]
    public async Task<JsonObject> GetAsync(
        [Description("http or https.")] string url,
        ToolCallContext call,
        CancellationToken cancellationToken,
        [Description("Bytes read of the answer."), Range(1, 64 * 1024 * 1024)] int? maxBytes = null,
        [Description("Seconds."), Range(1, 120)] int timeLimit = 30,
        [Description("HTML as it came.")] bool raw = false)
    {
        _ = call;
        var most = maxBytes ?? _options.MaxHttpBytes;
        if (most > _options.MaxHttpBytes)
            throw ToolException.Invalid("args.max_bytes", $"{most}", $"must be a whole number from 1 to {_options.MaxHttpBytes}");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(timeLimit), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await FollowAsync(Checked(url), most, raw, either.Token);
        }
        catch (HttpRequestException exception)
        {
            throw exception.InnerException as ToolException ?? new ToolException(ToolException.Failed, $"args.url: '{url}' cannot be fetched: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ToolException(ToolException.TimedOut, $"args.url: '{url}' did not answer within {timeLimit} s.");
        }
    }

    private async Task<JsonObject> FollowAsync(Uri url, int most, bool raw, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var response = await _client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
            {
                if (redirects == MostRedirects)
                    throw new ToolException(ToolException.Failed, $"args.url: more than {MostRedirects} redirects, the last to '{location}'.");
                url = Checked(new Uri(url, location).AbsoluteUri);
                continue;
            }

            return await ReadAsync(url, response, most, raw, cancellationToken);
        }
    }

    private static async Task<JsonObject> ReadAsync(Uri url, HttpResponseMessage response, int most, bool raw, CancellationToken cancellationToken)
    {
        var body = new byte[Math.Min(most + 1L, (response.Content.Headers.ContentLength ?? most) + 1)];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        int read = 0, got;
        while ((got = await stream.ReadAsync(body.AsMemory(read), cancellationToken)) > 0)
        {
            read += got;
            if (read == body.Length && read <= most)
                Array.Resize(ref body, (int)Math.Min(most + 1L, read * 2L)); // a compressed answer, longer than it said
        }

        var truncated = read > most;
        var media = response.Content.Headers.ContentType?.MediaType ?? "application/octet-stream";
        var bytes = body.AsSpan(0, Math.Min(read, most));
        if (!IsText(media))
            throw new ToolException(ToolException.Failed, $"args.url: '{url}' is {media}, which is no text.");
        var text = Charset(response).GetString(bytes);
        string? title = null;
        if (!raw && media is "text/html" or "application/xhtml+xml")
            (title, text) = HtmlText.Of(text);
        return new JsonObject { ["url"] = url.AbsoluteUri, ["status"] = (int)response.StatusCode, ["media_type"] = media, ["title"] = title, ["text"] = text, ["truncated"] = truncated };
    }

    private Uri Checked(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw ToolException.Invalid("args.url", url, "must be an absolute http or https address");
        if (address.UserInfo.Length > 0)
            throw ToolException.Invalid("args.url", address.Host, "must not hold a user or password");
        return _options.AllowsHost(address.IdnHost)
            ? address
            : throw new ToolException(ToolException.Denied, $"args.url: the host '{address.IdnHost}' is not allowed; Tools:AllowedHosts allows {(_options.AllowedHosts.Count == 0 ? "none" : string.Join(", ", _options.AllowedHosts))}.");
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (!_options.AllowPrivateAddresses && addresses.FirstOrDefault(address => !PublicAddress.Is(address)) is { } inside)
            throw new ToolException(ToolException.Denied, $"args.url: '{host}' is {inside}, which is no public address; Tools:AllowPrivateAddresses is false.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsText(string media) =>
        media.StartsWith("text/", StringComparison.Ordinal) || media is "application/json" or "application/xml" or "application/xhtml+xml" or "application/javascript"
        || media.EndsWith("+json", StringComparison.Ordinal) || media.EndsWith("+xml", StringComparison.Ordinal);

    private static Encoding Charset(HttpResponseMessage response)
    {
        try
        {
            return response.Content.Headers.ContentType?.CharSet?.Trim('"') is { Length: > 0 } name ? Encoding.GetEncoding(name) : Encoding.UTF8;
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }
}
