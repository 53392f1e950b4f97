using YamlDotNet.Serialization;

namespace Aspire.Hosting.Kubernetes.Resources;

/// <summary>How a container is asked whether it works.</summary>
[YamlSerializable]
public sealed class ProbeV1
{
    [YamlMember(Alias = "exec")]
    public ExecActionV1? Exec { get; set; }

    [YamlMember(Alias = "grpc")]
    public GrpcActionV1? Grpc { get; set; }

    [YamlMember(Alias = "httpGet")]
    public HttpGetActionV1? HttpGet { get; set; }

    [YamlMember(Alias = "tcpSocket")]
    public TcpSocketActionV1? TcpSocket { get; set; }

    [YamlMember(Alias = "initialDelaySeconds")]
    public int? InitialDelaySeconds { get; set; }

    [YamlMember(Alias = "periodSeconds")]
    public int? PeriodSeconds { get; set; }

    [YamlMember(Alias = "timeoutSeconds")]
    public int? TimeoutSeconds { get; set; }

    [YamlMember(Alias = "successThreshold")]
    public int? SuccessThreshold { get; set; }

    [YamlMember(Alias = "failureThreshold")]
    public int? FailureThreshold { get; set; }
}

/// <summary>A program in the container.</summary>
[YamlSerializable]
public sealed class ExecActionV1
{
    [YamlMember(Alias = "command")]
    public List<string> Command { get; } = [];
}

/// <summary>grpc.health.v1 on a port.</summary>
[YamlSerializable]
public sealed class GrpcActionV1
{
    [YamlMember(Alias = "port")]
    public int Port { get; set; }

    [YamlMember(Alias = "service")]
    public string Service { get; set; } = null!;
}

/// <summary>A GET.</summary>
[YamlSerializable]
public sealed class HttpGetActionV1
{
    [YamlMember(Alias = "path")]
    public string Path { get; set; } = null!;

    [YamlMember(Alias = "port")]
    public Int32OrStringV1? Port { get; set; }

    [YamlMember(Alias = "scheme")]
    public string Scheme { get; set; } = null!;
}

/// <summary>A connection.</summary>
[YamlSerializable]
public sealed class TcpSocketActionV1
{
    [YamlMember(Alias = "host")]
    public string Host { get; set; } = null!;

    [YamlMember(Alias = "port")]
    public int Port { get; set; }
}

/// <summary>What is done when a container starts or is to stop.</summary>
[YamlSerializable]
public sealed class LifecycleV1
{
    [YamlMember(Alias = "postStart")]
    public LifecycleHandlerV1 PostStart { get; set; } = null!;

    [YamlMember(Alias = "preStop")]
    public LifecycleHandlerV1 PreStop { get; set; } = null!;
}

/// <summary>What is done.</summary>
[YamlSerializable]
public sealed class LifecycleHandlerV1
{
    [YamlMember(Alias = "exec")]
    public ExecActionV1 Exec { get; set; } = null!;

    [YamlMember(Alias = "httpGet")]
    public HttpGetActionV1 HttpGet { get; set; } = null!;

    [YamlMember(Alias = "sleep")]
    public SleepActionV1 Sleep { get; set; } = null!;

    [YamlMember(Alias = "tcpSocket")]
    public TcpSocketActionV1 TcpSocket { get; set; } = null!;
}

/// <summary>A pause.</summary>
[YamlSerializable]
public sealed class SleepActionV1
{
    [YamlMember(Alias = "seconds")]
    public long Seconds { get; set; }
}
