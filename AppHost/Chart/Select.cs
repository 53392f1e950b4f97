namespace AppHost.Chart;

/// <summary>Which pods are meant.</summary>
internal static class Select
{
    /// <summary>Those of a service.</summary>
    public static Dictionary<string, object> These(string component) => Labels("app.kubernetes.io/component", component);

    /// <summary>All of this release.</summary>
    public static Dictionary<string, object> All() => Labels();

    /// <summary>All of this release but those of some services.</summary>
    public static Dictionary<string, object> AllBut(params string[] components)
    {
        var all = Labels();
        all["matchExpressions"] = new List<object>
        {
            new Dictionary<string, object> { ["key"] = "app.kubernetes.io/component", ["operator"] = "NotIn", ["values"] = components.ToList() },
        };
        return all;
    }

    private static Dictionary<string, object> Labels(params string[] more)
    {
        Dictionary<string, object> labels = new() { ["app.kubernetes.io/instance"] = "{{ .Release.Name }}" };
        for (var i = 0; i < more.Length; i += 2)
            labels[more[i]] = more[i + 1];
        return new() { ["matchLabels"] = labels };
    }
}
