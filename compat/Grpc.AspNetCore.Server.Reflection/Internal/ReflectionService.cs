using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Alpha = Grpc.Reflection.V1Alpha;
using Request = Grpc.Reflection.V1.ServerReflectionRequest;

namespace Grpc.AspNetCore.Server.Reflection.Internal;

/// <summary>grpc.reflection.v1.ServerReflection.</summary>
internal sealed class ReflectionService(SymbolTable symbols) : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
            await responseStream.WriteAsync(Answer(symbols, requestStream.Current));
    }

    internal static ServerReflectionResponse Answer(SymbolTable symbols, Request request)
    {
        var response = request.MessageRequestCase switch
        {
            Request.MessageRequestOneofCase.ListServices => new ServerReflectionResponse
            {
                ListServicesResponse = new ListServiceResponse
                {
                    Service = { symbols.ServiceNames.Select(name => new ServiceResponse { Name = name }) },
                },
            },
            Request.MessageRequestOneofCase.FileByFilename =>
                File(symbols.FileByName(request.FileByFilename), $"File \"{request.FileByFilename}\" not found."),
            Request.MessageRequestOneofCase.FileContainingSymbol =>
                File(symbols.FileBySymbol(request.FileContainingSymbol), $"Symbol \"{request.FileContainingSymbol}\" not found."),
            Request.MessageRequestOneofCase.FileContainingExtension => File(
                symbols.FileByExtension(request.FileContainingExtension.ContainingType, request.FileContainingExtension.ExtensionNumber),
                $"Extension {request.FileContainingExtension.ExtensionNumber} of \"{request.FileContainingExtension.ContainingType}\" not found."),
            Request.MessageRequestOneofCase.AllExtensionNumbersOfType =>
                Extensions(request.AllExtensionNumbersOfType, symbols.ExtensionNumbers(request.AllExtensionNumbersOfType)),
            _ => Error(StatusCode.InvalidArgument, "The request asks for nothing: message_request is not set."),
        };
        response.ValidHost = request.Host;
        response.OriginalRequest = request;
        return response;
    }

    private static ServerReflectionResponse File(FileDescriptor? file, string otherwise)
    {
        if (file is null)
            return Error(StatusCode.NotFound, otherwise);
        var files = new List<FileDescriptor>();
        Collect(file, files, []);
        return new ServerReflectionResponse
        {
            FileDescriptorResponse = new FileDescriptorResponse { FileDescriptorProto = { files.Select(each => each.SerializedData) } },
        };
    }

    private static void Collect(FileDescriptor file, List<FileDescriptor> files, HashSet<string> seen)
    {
        if (!seen.Add(file.Name))
            return;
        files.Add(file);
        foreach (var dependency in file.Dependencies)
            Collect(dependency, files, seen);
    }

    private static ServerReflectionResponse Extensions(string type, IEnumerable<int>? numbers) => numbers is null
        ? Error(StatusCode.NotFound, $"Type \"{type}\" not found.")
        : new ServerReflectionResponse
        {
            AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = type, ExtensionNumber = { numbers } },
        };

    private static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message } };
}

/// <summary>grpc.reflection.v1alpha.ServerReflection: the same messages on the wire under the older name.</summary>
internal sealed class ReflectionV1AlphaService(SymbolTable symbols) : Alpha.ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<Alpha.ServerReflectionRequest> requestStream,
        IServerStreamWriter<Alpha.ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var request = Request.Parser.ParseFrom(requestStream.Current.ToByteString());
            var response = ReflectionService.Answer(symbols, request);
            await responseStream.WriteAsync(Alpha.ServerReflectionResponse.Parser.ParseFrom(response.ToByteString()));
        }
    }
}
