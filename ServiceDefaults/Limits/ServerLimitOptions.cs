using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Limits;

/// <summary>How much a process takes from the network before it looks at who sends it: configuration section <c>Limits</c>.</summary>
internal sealed class ServerLimitOptions
{
    /// <summary>Connections at a time; as many WebSockets. Further ones are closed at once.</summary>
    [Range(1, 1_000_000)]
    public int Connections { get; set; } = 10_000;

    /// <summary>Streams (calls) at a time on one HTTP/2 connection; a client waits with further ones.</summary>
    [Range(1, 100_000)]
    public int StreamsPerConnection { get; set; } = 100;

    /// <summary>Bytes of all headers of a request, and of each HTTP/2 header field. HTTP 431.</summary>
    [Range(1024, 1024 * 1024)]
    public int HeaderBytes { get; set; } = 32 * 1024;

    /// <summary>Headers of a request. HTTP 431.</summary>
    [Range(10, 10_000)]
    public int HeaderCount { get; set; } = 100;

    /// <summary>Bytes of the first line of a request: method and path with its query. HTTP 414.</summary>
    [Range(512, 1024 * 1024)]
    public int RequestLineBytes { get; set; } = 8 * 1024;

    /// <summary>Bytes of a body. HTTP 413. Calls that stream to the server are bounded by their messages instead.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public long BodyBytes { get; set; } = 20 * 1024 * 1024;

    /// <summary>Seconds for the headers of a request to come. HTTP 408.</summary>
    [Range(0.1, 3600)]
    public double HeaderSeconds { get; set; } = 30;

    /// <summary>Seconds after which a connection without a request is closed.</summary>
    [Range(1, 86400)]
    public double KeepAliveSeconds { get; set; } = 130;

    /// <summary>Bytes a second that a body must come with, and an answer be taken with; slower ones are cut off. 0: as slow as they like.</summary>
    [Range(0, 1024 * 1024)]
    public double BytesPerSecond { get; set; } = 240;
}
