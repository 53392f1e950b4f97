using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dashboard.Telemetry;
using Google.Protobuf;

namespace Aspire.Hosting.Tests.Dashboard;

/// <summary>What is reported over gRPC, and what the server takes before it looks at that.</summary>
public sealed class ReceiverTests
{
    private const int Ok = 0, InvalidArgument = 3, ResourceExhausted = 8;

    [Fact]
    public async Task Report_WhatIsNoReport_OrTooLarge_IsRefusedByItsCode()
    {
        await using var dashboard = await DashboardApp.StartAsync(_ => { });
        using var client = new HttpClient();
        var report = Reports.Of(Reports.Span(1, 1)).ToByteArray();

        (await ReportAsync(dashboard, client, report)).ShouldBe(Ok);
        (await ReportAsync(dashboard, client, Zipped(report), zipped: true)).ShouldBe(Ok);
        (await ReportAsync(dashboard, client, [0xff, 0xff, 0xff])).ShouldBe(InvalidArgument);
        (await ReportAsync(dashboard, client, [0xff, 0xff, 0xff], zipped: true)).ShouldBe(InvalidArgument);
        (await ReportAsync(dashboard, client, new byte[OtlpReceiver.MaxBytes + 1])).ShouldBe(ResourceExhausted);
        // It comes as some kilobytes.
        (await ReportAsync(dashboard, client, Zipped(new byte[OtlpReceiver.MaxBytes + 1]), zipped: true)).ShouldBe(ResourceExhausted);
        (await ReportAsync(dashboard, client, report)).ShouldBe(Ok);
    }

    [Fact]
    public async Task Connection_OneTooMany_IsClosedAtOnce()
    {
        await using var dashboard = await DashboardApp.StartAsync(_ => { });
        var connections = new List<TcpClient>();
        try
        {
            for (var number = 0; number < OtlpReceiver.MaxConnections; number++)
            {
                connections.Add(await ConnectAsync(dashboard));
                (await AskAsync(connections[^1])).ShouldStartWith("HTTP/1.1 401");
            }

            connections.Add(await ConnectAsync(dashboard));
            (await AskAsync(connections[^1])).ShouldBeEmpty();
            (await AskAsync(connections[0])).ShouldStartWith("HTTP/1.1 401");
        }
        finally
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }

    [Fact]
    public async Task Request_WithLargeHeaders_IsRefused()
    {
        await using var dashboard = await DashboardApp.StartAsync(_ => { });
        using var connection = await ConnectAsync(dashboard);

        (await AskAsync(connection, $"X-Large: {new string('x', 40_000)}\r\n")).ShouldStartWith("HTTP/1.1 431");
    }

    private static async Task<int> ReportAsync(DashboardApp dashboard, HttpClient client, byte[] message, bool zipped = false)
    {
        var frame = new byte[message.Length + 5];
        frame[0] = zipped ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{dashboard.OtlpGrpc}/opentelemetry.proto.collector.trace.v1.TraceService/Export")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        request.Headers.Add(DashboardOptions.OtlpHeader, DashboardApp.Key);
        if (zipped)
            request.Headers.Add("grpc-encoding", "gzip");
        using var answer = await client.SendAsync(request);
        await answer.Content.CopyToAsync(Stream.Null);
        var status = answer.TrailingHeaders.TryGetValues("grpc-status", out var trailing) ? trailing : answer.Headers.GetValues("grpc-status");
        return int.Parse(status.Single(), CultureInfo.InvariantCulture);
    }

    private static byte[] Zipped(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var zip = new GZipStream(output, CompressionLevel.Fastest))
            zip.Write(bytes);
        return output.ToArray();
    }

    private static async Task<TcpClient> ConnectAsync(DashboardApp dashboard)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(dashboard.Url).Port);
        return client;
    }

    // What comes of it; empty: it was closed.
    private static async Task<string> AskAsync(TcpClient client, string header = "")
    {
        using var late = new CancellationTokenSource(Sample.Patience);
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET /login HTTP/1.1\r\nHost: localhost\r\n{header}\r\n"), late.Token);
            var buffer = new byte[64 * 1024];
            return System.Text.Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, late.Token));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
