using Grpc.Core;
using Grpc.Net.Client;

namespace Deploy.Tests.Processes;

/// <summary>Asks as a kubelet asks.</summary>
internal static class Probes
{
    // grpc.health.v1, as bytes: an empty request is for the whole server, field 1 of the answer is 1 where it serves.
    private static readonly Marshaller<byte[]> s_bytes = new(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> s_check = new(MethodType.Unary, "grpc.health.v1.Health", "Check", s_bytes, s_bytes);

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5359", Justification = "A kubelet looks at no certificate of a probe")]
    public static async Task HttpAsync(Pod pod, Uri address)
    {
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        await Waiting.UntilAsync(async () => (await http.GetAsync(address)).IsSuccessStatusCode, () => $"{address}\n{pod.Said}");
    }

    public static async Task GrpcAsync(Pod pod, int port)
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        await Waiting.UntilAsync(
            async () => (await channel.CreateCallInvoker().AsyncUnaryCall(s_check, null, default, [])).SequenceEqual((byte[])[8, 1]), () => $"{pod.Name} does not serve\n{pod.Said}");
    }
}
