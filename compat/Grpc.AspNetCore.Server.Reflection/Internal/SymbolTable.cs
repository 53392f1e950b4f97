using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Reflection.Internal;

/// <summary>What the mapped services consist of: files by name, and by every symbol in them.</summary>
internal sealed partial class SymbolTable
{
    private readonly Lazy<Tables> _tables;
    private readonly ILogger<SymbolTable> _logger;

    // Endpoints are complete only when the first call arrives, hence the delay.
    public SymbolTable(EndpointDataSource endpoints, ILogger<SymbolTable> logger)
    {
        _logger = logger;
        _tables = new Lazy<Tables>(() => new Tables(Services(endpoints)));
    }

    public IReadOnlyList<string> ServiceNames => _tables.Value.ServiceNames;

    public FileDescriptor? FileByName(string name) => _tables.Value.Files.GetValueOrDefault(name);

    public FileDescriptor? FileBySymbol(string symbol) => _tables.Value.Symbols.GetValueOrDefault(symbol);

    public FileDescriptor? FileByExtension(string extendedType, int number) =>
        _tables.Value.Extensions.TryGetValue(extendedType, out var numbers) ? numbers.GetValueOrDefault(number) : null;

    /// <summary>Null when there is no such type.</summary>
    public IEnumerable<int>? ExtensionNumbers(string extendedType)
    {
        if (_tables.Value.Extensions.TryGetValue(extendedType, out var numbers))
            return numbers.Keys.Order();
        return _tables.Value.Symbols.ContainsKey(extendedType) ? [] : null;
    }

    private List<ServiceDescriptor> Services(EndpointDataSource endpoints)
    {
        var found = new List<ServiceDescriptor>();
        var types = endpoints.Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType)
            .OfType<Type>()
            .Distinct();
        foreach (var type in types)
        {
            // A generated base carries the attribute, and the class around it the descriptor.
            var bindType = type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)?.BindType;
            var property = bindType?.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static);
            if (property?.GetValue(null) is ServiceDescriptor descriptor)
                found.Add(descriptor);
            else
                LogNoDescriptor(type);
        }

        return found;
    }

    [LoggerMessage(1, LogLevel.Debug, "No service descriptor for {ServiceType}: reflection does not show it.")]
    private partial void LogNoDescriptor(Type serviceType);

    private sealed class Tables
    {
        public Tables(List<ServiceDescriptor> services)
        {
            ServiceNames = [.. services.Select(service => service.FullName).Distinct()];
            foreach (var service in services)
                Add(service.File);
        }

        public IReadOnlyList<string> ServiceNames { get; }

        public Dictionary<string, FileDescriptor> Files { get; } = [];

        public Dictionary<string, FileDescriptor> Symbols { get; } = [];

        public Dictionary<string, Dictionary<int, FileDescriptor>> Extensions { get; } = [];

        private void Add(FileDescriptor file)
        {
            if (!Files.TryAdd(file.Name, file))
                return;
            foreach (var dependency in file.Dependencies)
                Add(dependency);
            foreach (var service in file.Services)
            {
                Symbols[service.FullName] = file;
                foreach (var method in service.Methods)
                    Symbols[method.FullName] = file;
            }

            foreach (var message in file.MessageTypes)
                Add(message);
            foreach (var type in file.EnumTypes)
                Add(type);
            AddExtensions(file, file.Extensions);
        }

        private void Add(MessageDescriptor message)
        {
            Symbols[message.FullName] = message.File;
            foreach (var field in message.Fields.InDeclarationOrder())
                Symbols[field.FullName] = message.File;
            foreach (var oneof in message.Oneofs)
                Symbols[oneof.FullName] = message.File;
            foreach (var type in message.EnumTypes)
                Add(type);
            foreach (var nested in message.NestedTypes)
                Add(nested);
            AddExtensions(message.File, message.Extensions);
        }

        private void Add(EnumDescriptor type)
        {
            Symbols[type.FullName] = type.File;
            foreach (var value in type.Values)
                Symbols[value.FullName] = type.File;
        }

        private void AddExtensions(FileDescriptor file, ExtensionCollection? extensions)
        {
            foreach (var extension in extensions?.UnorderedExtensions ?? [])
            {
                Symbols[extension.FullName] = file;
                if (!Extensions.TryGetValue(extension.ExtendeeType.FullName, out var numbers))
                    Extensions[extension.ExtendeeType.FullName] = numbers = [];
                numbers[extension.FieldNumber] = file;
            }
        }
    }
}
