namespace Hyperplane.Server.Tls;

/// <summary>Where the API's certificate is, and what was there at the start.</summary>
/// <param name="CertificatePath">The certificate, its chain after it; PEM.</param>
/// <param name="KeyPath">Its private key; PEM.</param>
/// <param name="First">As read at the start.</param>
internal sealed record CertificateFiles(string CertificatePath, string KeyPath, ServerCertificate First);
