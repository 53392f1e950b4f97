namespace Transport;

/// <summary>Whether who calls must show a certificate.</summary>
public enum ClientCertificates
{
    /// <summary>It is not asked for.</summary>
    None,

    /// <summary>It is asked for; one that is shown must be right.</summary>
    Optional,

    /// <summary>Without a right one there is no connection.</summary>
    Required,
}
