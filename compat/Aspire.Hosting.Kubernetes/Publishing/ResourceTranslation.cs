using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Kubernetes.Resources;

namespace Aspire.Hosting.Kubernetes.Publishing;

/// <summary>Turns a resource of the application into objects of the cluster, and its settings into values of the chart.</summary>
internal sealed class ResourceTranslation
{
    private readonly KubernetesEnvironmentResource _environment;
    private readonly IResource _resource;

    private ResourceTranslation(KubernetesEnvironmentResource environment, IResource resource)
    {
        (_environment, _resource) = (environment, resource);
        Result = new KubernetesResource(resource.Name, resource, environment);
    }

    public KubernetesResource Result { get; }

    public Dictionary<string, HelmSetting> Parameters { get; } = [];

    public Dictionary<string, HelmSetting> Config { get; } = [];

    public Dictionary<string, HelmSetting> Secrets { get; } = [];

    public static async Task<ResourceTranslation> CreateAsync(
        KubernetesEnvironmentResource environment, IResource resource, DistributedApplicationExecutionContext execution, CancellationToken cancellationToken)
    {
        var translation = new ResourceTranslation(environment, resource);
        await translation.ReadSettingsAsync(execution, cancellationToken);
        var container = translation.Container(await translation.ArgumentsAsync(execution, cancellationToken));
        translation.Build(container);
        foreach (var customization in resource.Annotations.OfType<KubernetesServiceCustomizationAnnotation>())
            customization.Configure(translation.Result);
        return translation;
    }

    private EndpointAnnotation[] Endpoints => [.. _resource.Annotations.OfType<EndpointAnnotation>()];

    private async Task ReadSettingsAsync(DistributedApplicationExecutionContext execution, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(execution, _resource, cancellationToken: cancellationToken);
        foreach (var annotation in _resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await annotation.Callback(context);
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            var text = new ValueTranslation(_resource, Remember).Translate(value);
            var secret = Helm.IsSecret(text);
            // A value that names others has no entry of its own.
            (secret ? Secrets : Config)[name] = Helm.IsTemplate(text)
                ? new HelmSetting(text, "", "")
                : new HelmSetting(Helm.Value(Helm.Config, _resource.Name, name), Helm.Key(name), text);
        }

        void Remember(ParameterResource parameter)
        {
            var section = parameter.Secret ? Secrets : Config;
            // Nobody's secret is written down, and neither is what only the one who installs can know.
            section[$"values:{parameter.Name}"] = new HelmSetting("", Helm.Key(parameter.Name), parameter.Secret ? "" : parameter.Default?.GetDefaultValue() ?? "");
        }
    }

    private async Task<List<string>> ArgumentsAsync(DistributedApplicationExecutionContext execution, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], _resource, cancellationToken) { ExecutionContext = execution };
        foreach (var annotation in _resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await annotation.Callback(context);
        return [.. context.Args.Select(new ValueTranslation(_resource, _ => { }).Translate)];
    }

    private ContainerV1 Container(List<string> arguments)
    {
        var container = new ContainerV1 { Name = _resource.Name, Image = Image(), ImagePullPolicy = _environment.DefaultImagePullPolicy };
        if (_resource is ContainerResource { Entrypoint: { } entrypoint })
            container.Command.Add(entrypoint);
        container.Args.AddRange(arguments);
        if (Entries(Config).Any())
            container.EnvFrom.Add(new EnvFromSourceV1 { ConfigMapRef = new ConfigMapEnvSourceV1 { Name = Helm.Name(_resource.Name, Helm.Config) } });
        if (Entries(Secrets).Any())
            container.EnvFrom.Add(new EnvFromSourceV1 { SecretRef = new SecretEnvSourceV1 { Name = Helm.Name(_resource.Name, Helm.Secrets) } });
        container.Ports.AddRange(Endpoints.Select(e => new ContainerPortV1 { Name = e.Name, Protocol = "TCP", ContainerPort = ValueTranslation.TargetPort(_resource, e) }));
        return container;
    }

    private string Image()
    {
        if (_resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var image))
            return $"{(image.Registry is { } registry ? $"{registry}/" : "")}{image.Image}:{image.Tag ?? "latest"}";
        var key = $"{Helm.Key(_resource.Name)}_image";
        var template = Helm.Value(Helm.Parameters, _resource.Name, key);
        Parameters[key] = new HelmSetting(template, key, $"{_resource.Name}:latest");
        return template;
    }

    private void Build(ContainerV1 container)
    {
        var template = new PodTemplateSpecV1 { Metadata = new ObjectMetaV1 { Labels = new(Result.Labels) } };
        template.Spec.Containers.Add(container);
        var selector = new LabelSelectorV1(new(Result.Labels));
        Result.Workload = _resource is IResourceWithConnectionString
            ? new StatefulSet { Metadata = Meta("statefulset"), Spec = new StatefulSetSpecV1 { Selector = selector, Replicas = _resource.GetReplicaCount(), Template = template } }
            : new Deployment
            {
                Metadata = Meta("deployment"),
                Spec = new DeploymentSpecV1
                {
                    Selector = selector,
                    Replicas = _resource.GetReplicaCount(),
                    Template = template,
                    Strategy = new DeploymentStrategyV1 { Type = "RollingUpdate", RollingUpdate = new RollingUpdateDeploymentV1 { MaxSurge = 1, MaxUnavailable = 1 } },
                },
            };
        if (Entries(Config).Any())
            Fill((Result.ConfigMap = new ConfigMap { Metadata = Meta(Helm.Config) }).Data, Config);
        if (Entries(Secrets).Any())
            Fill((Result.Secret = new Secret { Metadata = Meta(Helm.Secrets) }).StringData, Secrets);
        if (Endpoints.Length == 0)
            return;
        Result.Service = new Service { Metadata = Meta("service"), Spec = new ServiceSpecV1 { Type = _environment.DefaultServiceType, Selector = new(Result.Labels) } };
        Result.Service.Spec.Ports.AddRange(Endpoints.Select(e => new ServicePortV1
        {
            Name = e.Name,
            Protocol = "TCP",
            Port = ValueTranslation.TargetPort(_resource, e),
            TargetPort = ValueTranslation.TargetPort(_resource, e),
        }));
    }

    private ObjectMetaV1 Meta(string kind) => new() { Name = Helm.Name(_resource.Name, kind), Labels = new(Result.Labels) };

    // A parameter that is part of a setting has a value, but no variable.
    private static IEnumerable<KeyValuePair<string, HelmSetting>> Entries(Dictionary<string, HelmSetting> settings) => settings.Where(s => s.Value.Template.Length > 0);

    private static void Fill(Dictionary<string, string> data, Dictionary<string, HelmSetting> settings)
    {
        foreach (var (name, setting) in Entries(settings))
            data[name] = setting.Template;
    }
}
