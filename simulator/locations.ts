// Azure's public regions, by name and display name. Which types are offered where is said by those who ask.

const list: readonly [string, string][] = [
  ['australiaeast', 'Australia East'],
  ['australiasoutheast', 'Australia Southeast'],
  ['brazilsouth', 'Brazil South'],
  ['canadacentral', 'Canada Central'],
  ['canadaeast', 'Canada East'],
  ['centralindia', 'Central India'],
  ['centralus', 'Central US'],
  ['eastasia', 'East Asia'],
  ['eastus', 'East US'],
  ['eastus2', 'East US 2'],
  ['francecentral', 'France Central'],
  ['germanywestcentral', 'Germany West Central'],
  ['italynorth', 'Italy North'],
  ['japaneast', 'Japan East'],
  ['japanwest', 'Japan West'],
  ['koreacentral', 'Korea Central'],
  ['northcentralus', 'North Central US'],
  ['northeurope', 'North Europe'],
  ['norwayeast', 'Norway East'],
  ['polandcentral', 'Poland Central'],
  ['southafricanorth', 'South Africa North'],
  ['southcentralus', 'South Central US'],
  ['southeastasia', 'Southeast Asia'],
  ['spaincentral', 'Spain Central'],
  ['swedencentral', 'Sweden Central'],
  ['switzerlandnorth', 'Switzerland North'],
  ['uaenorth', 'UAE North'],
  ['uksouth', 'UK South'],
  ['ukwest', 'UK West'],
  ['westcentralus', 'West Central US'],
  ['westeurope', 'West Europe'],
  ['westus', 'West US'],
  ['westus2', 'West US 2'],
  ['westus3', 'West US 3'],
];

export interface Location {
  name: string;
  displayName: string;
}

export const locations: readonly Location[] = list.map(([name, displayName]) => ({ name, displayName }));

export function locationNames(): readonly string[] {
  return list.map(([name]) => name);
}

/** 'West Europe' and 'westeurope' alike to 'westeurope'; undefined where there is no such region. */
export function locationNamed(text: string): string | undefined {
  const name = text.replaceAll(' ', '').toLowerCase();
  return list.some(([known]) => known === name) ? name : undefined;
}
