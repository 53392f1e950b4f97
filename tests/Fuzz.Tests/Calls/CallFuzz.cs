using System.Reflection;
using Fuzz.Tests.Engine;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Protos.V1;

namespace Fuzz.Tests.Calls;

/// <summary>Calls of every method of some services: messages of the right shape, damaged ones, broken frames, odd headers.</summary>
internal sealed class CallFuzz(RawCall calls, IReadOnlyList<string> words, params IEnumerable<string> services)
{
    private const int Unknown = 2;
    private const int Internal = 13;
    private const int Unauthenticated = 16;

    private readonly MethodDescriptor[] _methods = [.. typeof(Run).Assembly.GetTypes()
        .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)).OfType<FileDescriptor>()
        .SelectMany(file => file.Services).Where(service => services.Contains(service.Name)).SelectMany(service => service.Methods)];

    /// <summary>How many methods there are.</summary>
    public int Methods => _methods.Length;

    /// <summary>Sends one input, and checks that the refusal, if it is one, has its proper code.</summary>
    public async Task OneAsync(FuzzInput input)
    {
        var random = input.Random;
        var method = _methods[random.Next(_methods.Length)];
        var path = $"/{method.Service.FullName}/{method.Name}";
        var (body, framed) = Body(random, method);
        var answer = await calls.SendAsync(path, input.Note(path, body), Headers(random));

        ((int)answer.Http).ShouldBe(200, $"{path}: {answer}");
        answer.Grpc.ShouldNotBeNull($"{path}: {answer}");
        answer.Grpc.Value.ShouldBeInRange(0, Unauthenticated, $"{path}: {answer}");
        answer.Grpc.ShouldNotBe(Unknown, $"{path}: {answer}");
        // What is no gRPC at all, and is answered so by the framework.
        if (framed)
            answer.Grpc.ShouldNotBe(Internal, $"{path}: {answer}");
    }

    private (byte[] Body, bool Framed) Body(Random random, MethodDescriptor method)
    {
        var count = method.IsClientStreaming ? random.Next(5) : 1;
        var messages = Enumerable.Range(0, count).Select(_ => Message(random, method)).ToList();
        var body = messages.SelectMany(RawCall.Frame).ToArray();
        return random.Next(8) == 0 ? (Bytes.Mutate(random, body, body), false) : (body, true);
    }

    private byte[] Message(Random random, MethodDescriptor method)
    {
        var bytes = Messages.Make(random, method.InputType, words).ToByteArray();
        return random.Next(4) switch
        {
            0 => Bytes.Mutate(random, bytes, bytes),
            1 when random.Next(5) == 0 => Bytes.Any(random, 200),
            _ => bytes,
        };
    }

    // What is longer, the client itself refuses to send.
    private static string Short(string header) => header.Length <= 10_000 ? header : header[..10_000];

    private static IEnumerable<(string, string)> Headers(Random random)
    {
        if (random.Next(3) == 0)
            yield return ("agents-attempt", Short(Convert.ToBase64String(random.Next(2) == 0 ? Bytes.Any(random, 100) : Messages.Make(random, AttemptCredential.Descriptor, []).ToByteArray())));
        if (random.Next(20) == 0)
            yield return ("grpc-encoding", random.Next(2) == 0 ? "gzip" : "none-such");
        if (random.Next(20) == 0)
            yield return ("traceparent", Short(string.Concat(Texts.Word(random).Where(c => c is >= ' ' and <= '~'))));
        if (random.Next(20) == 0)
            yield return ("authorization", "Bearer agk_x_y");
    }
}
