using System.Security.Cryptography.X509Certificates;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Api;

/// <summary>What the provider's configuration and the environment say together.</summary>
/// <param name="Endpoint">Of the API, ends with a slash.</param>
/// <param name="Key">The API key.</param>
/// <param name="Authorities">Whom the API's certificate must be from; null: whom the system trusts.</param>
/// <param name="DefaultTags">On everything that has tags; a map of texts, perhaps not known yet.</param>
internal sealed record ProviderSettings(
    Uri Endpoint, string Key, X509Certificate2Collection? Authorities, Value DefaultTags);
