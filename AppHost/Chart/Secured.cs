using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace AppHost.Chart;

/// <summary>
/// Keys, which every call shows, and TLS, which every hop has where the value <c>config.orchestrator.tls</c> is <c>mutual</c>: both
/// sides show the certificate of the Secret <c>tls_secret</c> (its entries as cert-manager names them), and each must have the name
/// <c>tls_name</c>. REST and console ask for no certificate, which browsers, scalers and kubelets do not have: they show a key.
/// </summary>
internal static class Secured
{
    /// <summary>Where the keys of the processes are.</summary>
    public const string KeysPath = "/etc/agents/keys";

    /// <summary>Where the certificates are.</summary>
    public const string TlsPath = "/etc/agents/tls";

    private static readonly Value s_mode = new("orchestrator", "tls");

    /// <summary>The scheme of probes.</summary>
    public static string ProbeScheme { get; } = Either("HTTPS", "HTTP");

    /// <summary>A template that becomes one text with TLS and another without.</summary>
    public static string Either(string with, string without) => s_mode.Is("mutual").Choose(with, without);

    /// <summary>An address of the chart's, by its scheme.</summary>
    public static string Url(string hostAndPort) => $"{Either("https", "http")}://{hostAndPort}";

    /// <summary>Adds the values of all services to those of the orchestrator.</summary>
    public static IResourceBuilder<ProjectResource> WithTls(this IResourceBuilder<ProjectResource> builder) => builder
        .WithValue("tls", "none")
        .WithValue("tls_secret", "agents-tls")
        .WithValue("tls_name", "agents");

    /// <summary>Has a process listen by the mode, and call by it.</summary>
    public static void Apply(KubernetesResource resource, params (string Endpoint, int Port)[] endpoints)
    {
        var settings = resource.ConfigMap!.Data;
        foreach (var (endpoint, port) in endpoints)
            settings[$"Kestrel__Endpoints__{endpoint}__Url"] = Url($"*:{port}");
        settings["Transport__Certificate"] = Either($"{TlsPath}/tls.crt", "");
        settings["Transport__Key"] = Either($"{TlsPath}/tls.key", "");
        settings["Transport__Authority"] = Either($"{TlsPath}/ca.crt", "");
        settings["Transport__ClientCertificates"] = Either("required", "none");
        settings["Transport__ServerNames__0"] = Name();
        settings["Transport__ClientNames__0"] = Name();
        Mount(resource);
    }

    /// <summary>The certificates as files; there need be none where there is no TLS.</summary>
    public static void Mount(KubernetesResource resource) => Pods.Mount(resource, "tls", TlsPath, volume => volume.Secret = new SecretVolumeSourceV1
    {
        SecretName = new Value("orchestrator", "tls_secret").Text,
        DefaultMode = 0x120, // 0440
        Optional = true,
    }, readOnly: true);

    /// <summary>Entries of the Secret of keys, as files.</summary>
    public static void MountKeys(KubernetesResource resource, params string[] keys) => Pods.Mount(resource, "keys", KeysPath, volume =>
    {
        volume.Secret = new SecretVolumeSourceV1 { SecretName = Kubernetes.Secret.Text, DefaultMode = 0x120 };
        volume.Secret.Items.AddRange(keys.Select(key => new KeyToPathV1 { Key = key, Path = key }));
    }, readOnly: true);

    private static string Name() => $"{{{{ ternary {new Value("orchestrator", "tls_name").Path} `` ({s_mode.Is("mutual").Replace('"', '`')}) }}}}";
}
