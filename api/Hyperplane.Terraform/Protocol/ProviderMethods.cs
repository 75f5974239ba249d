using Google.Protobuf;
using Hyperplane.Rpc;

namespace Hyperplane.Terraform.Protocol;

/// <summary>The methods of the provider's service that Terraform needs; <c>provider.proto</c> has their
/// messages.</summary>
internal static class ProviderMethods
{
    /// <summary>With its package.</summary>
    public const string ServiceName = "tfplugin6.Provider";

    /// <summary>All schemas.</summary>
    public static readonly Method<GetSchemaRequest, GetSchemaAnswer> GetSchema =
        Of("GetProviderSchema", GetSchemaRequest.Parser, GetSchemaAnswer.Parser);

    /// <summary>Judges the provider's configuration.</summary>
    public static readonly Method<ValidateProviderRequest, ValidateProviderAnswer> ValidateProvider =
        Of("ValidateProviderConfig", ValidateProviderRequest.Parser, ValidateProviderAnswer.Parser);

    /// <summary>Judges a resource's.</summary>
    public static readonly Method<ValidateRequest, DiagnosticsAnswer> ValidateResource =
        Of("ValidateResourceConfig", ValidateRequest.Parser, DiagnosticsAnswer.Parser);

    /// <summary>Judges a data source's.</summary>
    public static readonly Method<ValidateRequest, DiagnosticsAnswer> ValidateData =
        Of("ValidateDataResourceConfig", ValidateRequest.Parser, DiagnosticsAnswer.Parser);

    /// <summary>Reads a stored state, of this version or an older one.</summary>
    public static readonly Method<UpgradeRequest, UpgradeAnswer> Upgrade =
        Of("UpgradeResourceState", UpgradeRequest.Parser, UpgradeAnswer.Parser);

    /// <summary>Takes the provider's configuration.</summary>
    public static readonly Method<ConfigureRequest, DiagnosticsAnswer> Configure =
        Of("ConfigureProvider", ConfigureRequest.Parser, DiagnosticsAnswer.Parser);

    /// <summary>Looks what there is.</summary>
    public static readonly Method<ReadRequest, ReadAnswer> Read =
        Of("ReadResource", ReadRequest.Parser, ReadAnswer.Parser);

    /// <summary>Says what will be.</summary>
    public static readonly Method<PlanRequest, PlanAnswer> Plan =
        Of("PlanResourceChange", PlanRequest.Parser, PlanAnswer.Parser);

    /// <summary>Makes it so.</summary>
    public static readonly Method<ApplyRequest, ApplyAnswer> Apply =
        Of("ApplyResourceChange", ApplyRequest.Parser, ApplyAnswer.Parser);

    /// <summary>Takes over what is there.</summary>
    public static readonly Method<ImportRequest, ImportAnswer> Import =
        Of("ImportResourceState", ImportRequest.Parser, ImportAnswer.Parser);

    /// <summary>Reads a data source.</summary>
    public static readonly Method<ReadDataRequest, ReadDataAnswer> ReadData =
        Of("ReadDataSource", ReadDataRequest.Parser, ReadDataAnswer.Parser);

    /// <summary>Ends what is under way.</summary>
    public static readonly Method<StopRequest, StopAnswer> Stop =
        Of("StopProvider", StopRequest.Parser, StopAnswer.Parser);

    private static Method<TRequest, TAnswer> Of<TRequest, TAnswer>(
        string name, MessageParser<TRequest> request, MessageParser<TAnswer> answer)
        where TRequest : IMessage<TRequest>
        where TAnswer : IMessage<TAnswer> =>
        new(MethodType.Unary, ServiceName, name, Marshallers.ForProtobuf(request), Marshallers.ForProtobuf(answer));
}
